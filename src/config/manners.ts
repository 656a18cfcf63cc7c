import type { z } from 'zod'
import type { ChannelKind } from '../channels/kind.ts'
import { wantsType, type Wish } from '../core/tell.ts'
import type { Manners } from '../core/timing.ts'
import type { Path } from './fault.ts'
import { isMapping } from './inside.ts'
import { didYouMean } from './near.ts'
import type { Reader } from './reader.ts'
import { dailyDigest, manners, timedDigest } from './shape.ts'

/** The keys of a subscriber that say when it is told. */
export const MANNERS = Object.keys(manners)

/** Eight in the morning, UTC. */
const DAILY = { at: 8 * 60, zone: 'UTC' }

/** When a subscriber is told; undefined once a fault is noted. */
export function mannersAt(reader: Reader, path: Path, wish: Wish | undefined, kind: ChannelKind | undefined): Manners {
  const read = <S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined =>
    reader.raw([...path, key]) === undefined ? undefined : reader.check(schema, [...path, key])
  const after = read('after', manners.after)
  const remind = read('remind', manners.remind)
  const quiet = read('quiet', manners.quiet)
  const digest = read('digest', isMapping(reader.raw([...path, 'digest'])) ? timedDigest : dailyDigest)
  const fallback = read('fallback', manners.fallback)
  refuseIdle(reader, path, wish)
  refuseSummaries(reader, path, kind)
  const daily = digest === 'daily' ? DAILY : digest && { at: digest.at, zone: digest.zone ?? DAILY.zone }
  const hold = quiet
    ? { kind: 'quiet' as const, ...quiet, days: quiet.days ?? [] }
    : daily && { kind: 'digest' as const, ...daily }
  return {
    ...(after === undefined ? {} : { afterMs: after }),
    ...(remind === undefined ? {} : { remindMs: remind }),
    ...(hold === undefined ? {} : { hold }),
    ...(fallback === undefined ? {} : { fallback }),
  }
}

/** What waits for an opening, or repeats it, does nothing for somebody who hears of none. */
function refuseIdle(reader: Reader, path: Path, wish: Wish | undefined): void {
  if (wish === undefined || wantsType(wish.types, 'outage.opened')) return
  for (const key of ['after', 'remind']) {
    if (reader.raw([...path, key]) === undefined) continue
    reader.expected([...path, key], 'only where tell takes outage.opened', { at: 'key', found: key })
  }
}

function refuseSummaries(reader: Reader, path: Path, kind: ChannelKind | undefined): void {
  const [first, ...more] = ['quiet', 'digest'].filter((key) => reader.raw([...path, key]) !== undefined)
  if (first === undefined) return
  for (const key of more) {
    reader.expected([...path, key], 'either quiet hours or a digest', { at: 'key', found: 'both' })
  }
  if (kind?.single === true) {
    const what = `none for ${kind.id}, whose target keeps one alert for each outage and cannot show many in one`
    reader.expected([...path, first], what, { at: 'key', found: first })
  }
  if (reader.raw([...path, 'digest']) !== undefined && reader.raw([...path, 'remind']) !== undefined) {
    reader.expected([...path, 'remind'], 'none beside a digest, which comes once a day', { at: 'key', found: 'remind' })
  }
}

/** A fallback is another subscriber, and whoever is told of everybody's troubles is not in trouble because of them. */
export function refuseFallbacks(reader: Reader): void {
  const section = reader.raw(['subscribers'])
  const entries = (Array.isArray(section) ? section : []).map((entry: unknown) => (isMapping(entry) ? entry : {}))
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.trim() : null)
  const names = entries.flatMap(({ name }) => textOf(name) ?? [])
  const next = new Map(entries.map(({ name, fallback }) => [textOf(name), textOf(fallback)]))
  for (const [index, { name, fallback }] of entries.entries()) {
    const path: Path = ['subscribers', index, 'fallback']
    const wanted = textOf(fallback)
    if (wanted === null) continue
    if (!names.includes(wanted)) {
      const found = `${JSON.stringify(wanted)}${didYouMean(wanted, names)}`
      reader.expected(path, 'the name of another subscriber', { found })
    } else if (leadsTo(textOf(name), wanted, next)) {
      const what = 'a subscriber that does not fall back, in the end, to this one'
      reader.expected(path, what, { found: JSON.stringify(wanted) })
    }
  }
}

function leadsTo(name: string | null, from: string, next: ReadonlyMap<string | null, string | null>): boolean {
  const met = new Set<string>()
  for (let at: string | null = from; at !== null && !met.has(at); at = next.get(at) ?? null) {
    if (at === name) return true
    met.add(at)
  }
  return false
}
