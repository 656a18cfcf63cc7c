import { AskFault, causeOfFault, type Ask } from '../core/answer.ts'
import { judged } from '../core/belief.ts'
import { discreet } from '../core/credentials.ts'
import { becauseOf, iso } from '../core/json.ts'
import type { Look, Platform, Reading } from '../core/platform.ts'
import { inconclusive, isTakeover, possibleReasons, type Identity, type Verdict } from '../core/verdict.ts'
import { audienceWords, causeWords, reasonWords } from '../core/words.ts'
import type { Slots } from './slots.ts'

/** Whom to look at, by which platform, asking through whom. */
export type CheckTarget = {
  readonly account: string
  readonly handle: string
  readonly id: string | null
  readonly platform: Platform
  readonly ask: Ask
}

/** What one look said. Times are epoch ms. */
export type CheckedLook = {
  readonly look: string
  readonly words: string
  readonly verdict: Verdict
  readonly marker: string | null
  readonly askedAt: number
  readonly answeredAt: number
}

/** What all looks at one account say together, and each of them. */
export type Checked = {
  readonly account: string
  readonly verdict: Verdict
  readonly identity: Identity | null
  readonly looks: readonly CheckedLook[]
}

/** What a check is made with. */
export type CheckParts = {
  /** Epoch ms. */
  readonly now: () => number
  readonly slots: Slots
}

/**
 * One answer for each account, now, by every look: first those that can be asked by handle, then, where they found an
 * id, those that ask by it. Never rejects for what goes wrong outside.
 */
export async function check(target: CheckTarget, parts: CheckParts): Promise<Checked> {
  const { platform, account } = target
  const byHandle = platform.looks.filter((look) => target.id !== null || !look.needsId)
  const looks = await Promise.all(byHandle.map((look) => lookOnce(target, look, target.id, parts)))
  const found = looks.flatMap(({ verdict }) => (verdict.kind === 'present' ? [verdict.identity] : []))[0] ?? null
  const id = target.id ?? found?.id ?? null
  const byId = id === null ? [] : platform.looks.filter((look) => !byHandle.includes(look))
  const all = [...looks, ...(await Promise.all(byId.map((look) => lookOnce(target, look, id, parts))))]
  return { account, verdict: overall(all.map(({ verdict }) => verdict)), identity: found, looks: all }
}

/** Accounts looked at together. */
const LANES = 8

/** {@link check} for many, some at once, answers in the order asked. `onEach` hears how many are done. */
export async function checkEach(
  targets: readonly CheckTarget[],
  parts: CheckParts,
  onEach: (done: number) => void,
): Promise<readonly Checked[]> {
  const all: Checked[] = []
  const waiting = targets.entries()
  let done = 0
  const lane = async (): Promise<void> => {
    for (const [index, target] of waiting) {
      all[index] = await check(target, parts)
      onEach(++done)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return all
}

async function lookOnce(
  { account, handle, platform, ask }: CheckTarget,
  look: Look,
  id: string | null,
  { now, slots }: CheckParts,
): Promise<CheckedLook> {
  const sent: { at?: number } = {}
  const { ask: asking, scrub } = discreet(async (request) => {
    await slots.take(platform)
    sent.at ??= now()
    try {
      return await ask({ deadlineMs: platform.timeoutMs, ...request })
    } finally {
      slots.back(platform)
    }
  })
  const reading = await read(look, handle, id, asking)
  const pinned = id === null ? null : { id, handle }
  const verdict = judged(reading.verdict, pinned, account)
  const marker = reading.marker === null ? null : scrub(reading.marker)
  const answeredAt = now()
  return { look: look.name, words: look.words, verdict, marker, askedAt: sent.at ?? answeredAt, answeredAt }
}

async function read(look: Look, handle: string, id: string | null, ask: Ask): Promise<Reading> {
  try {
    const [reading] = await look.ask([{ handle, id }], ask)
    return reading ?? { verdict: inconclusive('unreadable'), marker: null, answer: null }
  } catch (fault) {
    if (!(fault instanceof AskFault)) throw fault
    return { verdict: inconclusive(causeOfFault(fault)), marker: fault.message, answer: null }
  }
}

/** Absent if any look says so, else present if any says so: one look that cannot speak takes nothing from another. */
function overall(verdicts: readonly Verdict[]): Verdict {
  const absences = verdicts.flatMap((verdict) => (verdict.kind === 'absent' ? [verdict] : []))
  if (absences.length > 0) {
    const named = absences.filter((verdict) => verdict.now !== undefined)
    const now = (named.find((verdict) => isTakeover(verdict.because)) ?? named[0])?.now
    const because = possibleReasons(absences.map((verdict) => verdict.because))
    return { kind: 'absent', because, ...(now === undefined ? {} : { now }) }
  }
  return verdicts.find(({ kind }) => kind === 'present') ?? verdicts[0] ?? inconclusive('unreadable')
}

/** 0 all present, 1 any absent, 2 any inconclusive. */
export function exitCodeOf(all: readonly Checked[]): 0 | 1 | 2 {
  if (all.some(({ verdict }) => verdict.kind === 'absent')) return 1
  return all.some(({ verdict }) => verdict.kind === 'inconclusive') ? 2 : 0
}

/** One account in what `--json` prints. */
export const checkedJson = ({ account, verdict, identity, looks }: Checked) => ({
  account,
  verdict: verdict.kind,
  because: becauseOf(verdict),
  identity,
  now: verdict.kind === 'absent' ? (verdict.now ?? null) : null,
  looks: looks.map((look) => ({
    look: look.look,
    verdict: look.verdict.kind,
    because: becauseOf(look.verdict),
    marker: look.marker,
    askedAt: iso(look.askedAt),
    answeredAt: iso(look.answeredAt),
    latencyMs: Math.round(look.answeredAt - look.askedAt),
  })),
})

/** `present`, `gone: not found or deactivated`, `cannot see: rate limited`. */
export function verdictWords(verdict: Verdict): string {
  if (verdict.kind === 'present') return 'present'
  if (verdict.kind === 'absent') return reasonWords(verdict.because, verdict.now ?? null)
  return `cannot see: ${causeWords([verdict.because])}`
}

/** Who answered, for people: `@bsky.app, did:plc:…, 31 million followers`. */
export function identityWords(identity: Identity | null): string {
  if (identity === null) return ''
  const audience = identity.followers === undefined ? [] : [audienceWords(identity.followers)]
  return [`@${identity.handle}`, ...(identity.id === null ? [] : [identity.id]), ...audience].join(', ')
}
