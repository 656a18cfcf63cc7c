import type { Answer } from '../../src/core/answer.ts'
import { answer } from '../support/recorded.ts'

/** Numbers in [0, 1) that one seed always gives again (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

type Random = () => number
type Json = Record<string, unknown> | unknown[]

const below = (random: Random, most: number): number => Math.floor(random() * most)
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T

const STATUSES = [200, 200, 200, 404, 404, 410, 400, 400, 403, 401, 429, 500, 503, 301, 302, 204, 202, 999]
const SCRAPS: readonly unknown[] = [null, true, false, 0, -1, 1e21, '', 'null', [], {}, [null], [[]], 'x'.repeat(3_000)]

/** An answer after something has happened to it; `others` are true answers whose parts may get into it. */
export function mutated(truth: Answer, others: readonly Answer[], random: Random): Answer {
  const { url, headers } = truth
  const [status, type] = [random() < 0.15 ? pick(random, STATUSES) : truth.status, random()]
  const text = changed(truth.text, others, random)
  if (type < 0.95) return answer(url, status, text, headers)
  return answer(url, status, text, { ...headers, 'content-type': pick(random, ['text/html', 'application/json', '']) })
}

function changed(text: string, others: readonly Answer[], random: Random): string {
  const kind = random()
  if (kind < 0.05) return pick(random, others).text
  if (kind < 0.15) return text.slice(0, below(random, text.length + 1))
  if (kind < 0.25) return movedPart(text, pick(random, others).text, random)
  if (kind < 0.5) return flipped(text, random)
  const json = parsed(text)
  return json === null ? flipped(text, random) : JSON.stringify(bent(json, parsed(pick(random, others).text), random))
}

function flipped(text: string, random: Random): string {
  let bent = text
  for (let flips = 1 + below(random, 4); flips > 0; flips--) {
    const at = below(random, bent.length + 1)
    const byte = String.fromCharCode(random() < 0.8 ? 32 + below(random, 95) : below(random, 0x800))
    bent = bent.slice(0, at) + (random() < 0.3 ? '' : byte) + bent.slice(at + (random() < 0.7 ? 1 : 0))
  }
  return bent
}

/** A piece of one answer in the middle of another. */
function movedPart(text: string, other: string, random: Random): string {
  const from = below(random, other.length + 1)
  const at = below(random, text.length + 1)
  const length = below(random, 400)
  return text.slice(0, at) + other.slice(from, from + length) + text.slice(random() < 0.5 ? at : at + length)
}

function parsed(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? (json as Json) : null
  } catch {
    return null
  }
}

/** Drops, retypes, doubles, renames or moves one thing somewhere in it. */
function bent(json: Json, other: Json | null, random: Random): Json {
  const places = [...placesIn(json)]
  const [holder, key] = pick(random, places.length === 0 ? [[json, 'added'] as const] : places)
  const fields = holder as Record<string, unknown>
  const kind = random()
  if (kind < 0.3) remove(holder, key)
  else if (kind < 0.6) fields[key] = pick(random, SCRAPS)
  else if (kind < 0.75 && other !== null) fields[key] = pick(random, [other, ...Object.values(other)])
  else if (kind < 0.85) moveKey(fields, key, random)
  else if (Array.isArray(holder)) holder.push(holder[Number(key)])
  else fields[pick(random, WORDS)] = fields[key]
  return json
}

const WORDS = ['error', 'errors', 'data', 'id', 'missing', 'suspended', 'message', 'status', 'code', 'items', 'them']

function* placesIn(json: Json): Generator<readonly [holder: Json, key: string]> {
  for (const [key, value] of Object.entries(json)) {
    yield [json, key]
    if (typeof value === 'object' && value !== null) yield* placesIn(value as Json)
  }
}

function remove(holder: Json, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else Reflect.deleteProperty(holder, key)
}

function moveKey(fields: Record<string, unknown>, key: string, random: Random): void {
  const other = pick(random, Object.keys(fields))
  ;[fields[key], fields[other]] = [fields[other], fields[key]]
}
