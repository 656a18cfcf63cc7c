import { z } from 'zod'
import { formatBudget, formatDuration } from '../core/durations.ts'
import type { Platform } from '../core/platform.ts'
import type { CommonSettings, PlatformKind } from '../platforms/kind.ts'
import { handleField } from './address.ts'
import { budget, counted, duration, spend } from './fields.ts'
import { isMapping } from './inside.ts'
import type { Reader } from './reader.ts'

/** What every platform takes beside its own settings. */
const commonShape = (kind: PlatformKind) => ({
  controls: z
    .strictObject({
      known: z
        .array(handleField(kind))
        .min(1)
        .optional()
        .meta(kind.defaults.controls.known.length === 0 ? {} : { preset: kind.defaults.controls.known })
        .describe('Accounts that certainly exist: if they seem gone, it is our sight that fails'),
    })
    .optional(),
  budget: budget()
    .optional()
    .meta({ preset: formatBudget(kind.defaults.budget), description: 'Requests in any window of that length' }),
  spend: spend().optional().meta({ description: 'The most to spend, in USD, where answers cost money' }),
  timeout: duration()
    .optional()
    .meta({ preset: formatDuration(kind.defaults.timeoutMs), description: 'Deadline of one look' }),
  concurrency: counted(1000)
    .optional()
    .meta({ preset: kind.defaults.concurrency, description: 'Requests under way at once' }),
})

const COMMON_KEYS: readonly string[] = ['controls', 'budget', 'spend', 'timeout', 'concurrency']

/** What of an entry is the platform's own. */
export const ownPart = (settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => !COMMON_KEYS.includes(key)))

/** A platform's entry: its own settings and what every platform takes. */
export const platformShape = (kind: PlatformKind) =>
  kind.settings
    .safeExtend(commonShape(kind))
    .superRefine(({ controls }, context) => {
      if ((isMapping(controls) && controls['known'] !== undefined) || kind.defaults.controls.known.length > 0) return
      // Nobody but who wrote it knows who is there, and without anybody known a page that broke looks like an absence.
      const message = 'a list of accounts that certainly exist'
      context.addIssue({ code: 'custom', path: ['controls', 'known'], message })
    })
    .describe(`${kind.title}: handles are ${kind.handleIs}`)

/**
 * Connects every platform that the file configures or an account is on, in the order of the list. Nothing is asked
 * yet. Those with faults are left out.
 *
 * @param users addresses by platform id
 */
export function connectPlatforms(
  reader: Reader,
  kinds: readonly PlatformKind[],
  users: ReadonlyMap<string, readonly string[]>,
): readonly Platform[] {
  const configured = sectionKeys(reader, kinds)
  return connectEach(
    reader,
    kinds.filter(({ id }) => configured.includes(id) || users.has(id)),
    users,
  )
}

/** Connects exactly these. */
export const connectEach = (
  reader: Reader,
  kinds: readonly PlatformKind[],
  users: ReadonlyMap<string, readonly string[]>,
): readonly Platform[] => kinds.flatMap((kind) => connected(reader, kind, users.get(kind.id) ?? []) ?? [])

function sectionKeys(reader: Reader, kinds: readonly PlatformKind[]): readonly string[] {
  const section = reader.raw(['platforms'])
  if (section !== undefined && !isMapping(section)) reader.expected(['platforms'], 'a mapping of platforms')
  const ids = kinds.map(({ id }) => id)
  const keys = reader.keys(['platforms'])
  const makers = kinds.flatMap(({ id, named }) => (named === undefined ? [] : [id]))
  const hint = makers.length === 0 ? '' : `, or kind: ${makers.join(' or ')} in it to describe a site of your own`
  for (const key of keys) if (!ids.includes(key)) reader.unknownKey(['platforms', key], ids, hint)
  return keys
}

function connected(reader: Reader, kind: PlatformKind, users: readonly string[]): Platform | undefined {
  const path = ['platforms', kind.id]
  const why = users.length === 0 ? '' : `; ${listed(users)} ${users.length === 1 ? 'needs' : 'need'} it`
  const settings = reader.check(platformShape(kind), path, { value: reader.raw(path) ?? {}, why })
  if (settings === undefined) return undefined
  const own = ownPart(settings)
  return kind.connect(own, commonOf(kind, own, settings))
}

const listed = (users: readonly string[]): string =>
  users.length > 3 ? `${users.slice(0, 3).join(', ')} and ${users.length - 3} more` : users.join(', ')

type Written = z.output<z.ZodObject<ReturnType<typeof commonShape>>>

function commonOf(kind: PlatformKind, own: Readonly<Record<string, unknown>>, written: Written): CommonSettings {
  const { defaults } = kind
  return {
    controls: { known: written.controls?.known ?? defaults.controls.known },
    budget: written.budget ?? kind.budget(own),
    spendPerDay: written.spend ?? defaults.spendPerDay,
    timeoutMs: written.timeout ?? defaults.timeoutMs,
    concurrency: written.concurrency ?? defaults.concurrency,
  }
}
