import type { AccountJson, OutageJson, TransitionJson } from '../core/json.ts'

/** A place in the numbering of transitions. Numbers of different epochs have nothing to do with each other. */
export type Position = { readonly epoch: string; readonly seq: number }

/** What to hear of; what is left out or empty matches everything. */
export type Filter = {
  readonly tags?: readonly string[]
  readonly platforms?: readonly string[]
  readonly accounts?: readonly string[]
  /** Exact transition names or `outage.*`. */
  readonly types?: readonly string[]
  /** True for important accounts only. */
  readonly important?: boolean
}

/** First frame of every connection. `at` is the server's time now, ISO. */
export type Hello = Position & { readonly type: 'hello'; readonly at: string; readonly heartbeatMs: number }

/** Everything up to `seq`, when there was nothing to resume from. `outages` are the open ones. */
export type Snapshot = Position & {
  readonly type: 'snapshot'
  readonly re: number
  readonly accounts: readonly AccountJson[]
  readonly outages: readonly OutageJson[]
}

/** The server goes on after the position we named; what we missed follows as transitions. */
export type Resumed = Position & { readonly type: 'resumed'; readonly re: number }

/** One change of a belief, an outage or the sight; `seq` grows, with holes only where a filter leaves something out. */
export type TransitionFrame = { readonly type: 'transition' } & TransitionJson

/** The newest of one account. Pulses may be conflated and are not resumed. */
export type AccountPulse = {
  readonly account: string
  readonly belief: AccountJson['belief']
  readonly lastSightingAt: string
  readonly latencyMs: number
  /** Where the server tells; without it sight is known by transitions alone. */
  readonly blind?: boolean
  /** Of its open outage, which has lasted at least until then; where the server tells. */
  readonly lastAbsentAt?: string
}
/** The newest of many accounts, at most once a second. */
export type Pulse = { readonly type: 'pulse'; readonly accounts: readonly AccountPulse[] }

/** A sign of life: the newest number and the server's time. */
export type Beat = { readonly type: 'beat'; readonly seq: number; readonly at: string }

/** Something we said was wrong; `re` is the id of that message. */
export type ErrorFrame = {
  readonly type: 'error'
  readonly re?: number
  readonly code: string
  readonly detail?: string
}

/** Whatever the server says. */
export type Frame = Hello | Snapshot | Resumed | TransitionFrame | Pulse | Beat | ErrorFrame

/** What a text is: a frame we know, one of a newer server, or none. */
export type Reading =
  { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'newer' } | { readonly kind: 'unreadable' }

/**
 * One text frame. A type we do not know comes from a newer server and is passed over; what is no frame at all, or
 * lacks the fields that positions hang on, is unreadable.
 */
export function readFrame(data: unknown): Reading {
  const value = typeof data === 'string' ? parsed(data) : undefined
  if (!isRecord(value) || typeof value['type'] !== 'string') return { kind: 'unreadable' }
  const fits = FITS.get(value['type'])
  if (fits === undefined) return { kind: 'newer' }
  // Only what the client itself hangs on is looked at; the rest is the server's promise.
  return fits(value) ? { kind: 'frame', frame: value as unknown as Frame } : { kind: 'unreadable' }
}

type Fields = Readonly<Record<string, unknown>>

const numbered = ({ seq }: Fields): boolean => Number.isSafeInteger(seq) && Number(seq) >= 0
const placed = (fields: Fields): boolean => numbered(fields) && typeof fields['epoch'] === 'string'

const FITS: ReadonlyMap<string, (fields: Fields) => boolean> = new Map([
  ['hello', placed],
  ['resumed', placed],
  ['snapshot', (fields) => placed(fields) && Array.isArray(fields['accounts']) && Array.isArray(fields['outages'])],
  ['transition', (fields) => numbered(fields) && typeof fields['name'] === 'string'],
  ['pulse', ({ accounts }) => Array.isArray(accounts)],
  ['beat', numbered],
  ['error', ({ code }) => typeof code === 'string'],
])

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
