import { z } from 'zod'
import { jsonOf, type Answer, type Ask } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { absent, present, type Identity } from '../../core/verdict.ts'
import type { AppToken, Granted } from '../app-token.ts'
import { blindBy, bodyAs, Count, Name, profile, reading, under, unread } from '../reading.ts'

/** How Reddit is asked: where, as whom and with which token. */
export type Door = { readonly api: string; readonly userAgent: string; readonly token: AppToken }

type One = (account: Asked, ask: Ask) => Promise<Reading>

/** The account as Reddit shows it. */
export const about =
  (door: Door): One =>
  async ({ handle }, ask) => {
    const granted = await get(door, `/user/${handle}/about`, ask)
    return granted.kind === 'no_token' ? granted.reading : aboutReading(granted.answer, handle)
  }

/**
 * The account and whether its name was ever given out. Neither says it alone: a name that was used once may belong to
 * somebody present or to nobody any more, and an account that is not found may never have been.
 */
export const nameInUse =
  (door: Door): One =>
  async (account, ask) => {
    const granted = await get(door, `/api/username_available?user=${account.handle}`, ask)
    if (granted.kind === 'no_token') return granted.reading
    const isFree = granted.answer.status === 200 ? jsonOf(granted.answer) : undefined
    if (typeof isFree !== 'boolean') return unread(granted.answer)
    const shown = await about(door)(account, ask)
    return shown.verdict.kind === 'inconclusive' ? shown : together(isFree, shown, granted.answer)
  }

/** `register` is the answer on the name. */
function together(isFree: boolean, shown: Reading, register: Answer): Reading {
  const { verdict, answer } = shown
  const isMissing = verdict.kind === 'absent' && verdict.because.includes('not_found')
  if (!isMissing) return isFree ? blindBy('unreadable', 'the name is free, but somebody has it', register) : shown
  return isFree
    ? reading(absent('not_found'), 'Not Found, and the name is free', answer)
    : reading(absent('suspended', 'deleted'), 'Not Found, but the name was used', answer)
}

const get = ({ api, userAgent, token }: Door, path: string, ask: Ask): Promise<Granted> =>
  token(
    (bearer) => ({
      url: under(api, path),
      headers: { 'user-agent': userAgent, authorization: `Bearer ${bearer}`, accept: 'application/json' },
    }),
    ask,
  )

const Account = z.object({
  kind: z.literal('t2'),
  data: z.object({
    name: z.string(),
    id: z
      .string()
      .regex(/^[a-z0-9]{1,13}$/)
      .optional(),
    is_suspended: z.boolean().optional(),
    subreddit: z.object({ title: Name, subscribers: Count }).optional().catch(undefined),
  }),
})

const Missing = z.object({ message: z.literal('Not Found'), error: z.literal(404) })

function aboutReading(answer: Answer, handle: string): Reading {
  if (answer.status === 404 && bodyAs(Missing, answer) !== null) {
    // Deleted, shadow-banned and never there: one answer (praw-dev/praw#1241).
    return reading(absent('not_found', 'suspended', 'deleted'), 'Not Found', answer)
  }
  const data = answer.status === 200 ? bodyAs(Account, answer)?.data : undefined
  if (data?.name.toLowerCase() !== handle.toLowerCase()) return unread(answer)
  if (data.is_suspended === true) return reading(absent('suspended'), 'is_suspended', answer)
  if (data.id === undefined) return unread(answer)
  const { title, subscribers } = data.subreddit ?? {}
  const identity: Identity = { id: `t2_${data.id}`, handle: data.name, ...profile(title, subscribers) }
  return reading(present(identity), 'id', answer)
}
