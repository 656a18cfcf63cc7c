import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { absent, present, type Reason } from '../../core/verdict.ts'
import { bodyAs, Count, Name, profile, reading, under, unlessMoved, unread } from '../reading.ts'
import { feedOf } from './feed.ts'

/** A name on Medium, without its `@`. */
export const HANDLE = /^[a-z\d_](?:[a-z\d_.-]{0,58}[a-z\d_-])?$/i

/** What keeps the answer from running as a script; an answer without it comes from somebody else. */
const GUARD = '])}while(1);</x>'

/** The profile page's own data. Whoever has a subdomain is sent there, and is looked up by their feed instead. */
export async function profileOf(base: string, account: Asked, ask: Ask): Promise<Reading> {
  const url = under(base, `/@${encodeURIComponent(account.handle)}?format=json`)
  const answer = await ask({ url, headers: { accept: 'application/json' } })
  return leadsToOwnSubdomain(base, answer) ? feedOf(base, account, ask) : read(account, answer)
}

function leadsToOwnSubdomain(base: string, { status, headers, url }: Answer): boolean {
  const to = status >= 301 && status <= 308 ? URL.parse(headers['location'] ?? '', url) : null
  const label = to?.hostname.split('.', 1)[0] ?? ''
  return to?.hostname === `${label}.${new URL(base).hostname}`
}

const Profile = z.object({
  success: z.literal(true),
  payload: z.object({
    user: z.object({
      userId: z.string().regex(/^[\w-]{1,64}$/),
      username: z.string().regex(HANDLE).optional(),
      name: Name,
    }),
    references: z
      .object({ SocialStats: z.record(z.string(), z.unknown()) })
      .optional()
      .catch(undefined),
  }),
})

type Payload = z.infer<typeof Profile>['payload']

const Stats = z.object({ usersFollowedByCount: Count })

const Refusal = z.object({ success: z.literal(false).optional(), error: z.string() })

function read(account: Asked, answer: Answer): Reading {
  if (!answer.text.startsWith(GUARD)) return unread(answer)
  const body = { text: answer.text.slice(GUARD.length) }
  const payload = answer.status === 200 ? bodyAs(Profile, body)?.payload : undefined
  if (payload !== undefined) return seen(account, payload, answer)
  const refusal = [200, 404, 410].includes(answer.status) ? bodyAs(Refusal, body) : null
  const because = refusal === null ? null : reasonsIn(refusal.error, account)
  return refusal === null || because === null ? unread(answer) : reading(absent(...because), refusal.error, answer)
}

function seen(account: Asked, { user, references }: Payload, answer: Answer): Reading {
  const { userId: id, username: handle = account.handle, name } = user
  if (id !== account.id && handle.toLowerCase() !== account.handle.toLowerCase()) return unread(answer)
  const stats = Stats.safeParse(references?.SocialStats[id]).data
  return reading(present({ id, handle, ...profile(name, stats?.usersFollowedByCount) }), 'userId', answer)
}

type Reasons = readonly [Reason, ...Reason[]]

/** Words that mean two things mean none. */
function reasonsIn(error: string, account: Asked): Reasons | null {
  const meant = [
    error.includes('No user found') ? unlessMoved(account, 'not_found', 'suspended', 'deleted') : null,
    error.includes('is suspended') ? (['suspended'] as const) : null,
    error.includes('User deactivated or deleted their account') ? (['deactivated', 'deleted'] as const) : null,
  ].filter((reasons) => reasons !== null)
  return meant.length === 1 ? (meant[0] ?? null) : null
}
