import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, present, type Identity } from '../../core/verdict.ts'
import { acctOf, handleOf, homeOf, isSameName } from '../fediverse/acct.ts'
import type { Reach } from '../fediverse/reach.ts'
import { GONE_FOR_GOOD } from '../gone.ts'
import { blindBy, bodyAs, Count, eachAlone, Name, profile, reading, under, unread } from '../reading.ts'

/** The account as its server shows it to visitors, by its name. */
export const byName = (reach: Reach): Look['ask'] =>
  eachAlone((account, ask) => look(reach, account, { username: acctOf(account.handle).name, host: null }, ask))

/** The same by the id that it has on its server. */
export const byId = (reach: Reach): Look['ask'] =>
  eachAlone((account, ask) => look(reach, account, { userId: account.id }, ask))

/** How the interface is told whom it is asked about. */
type Whom = { readonly username: string; readonly host: null } | { readonly userId: string | null }

const User = z.object({
  id: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  username: z.string(),
  /** Null for the server's own. */
  host: z.string().nullish(),
  name: Name,
  followersCount: Count,
  /** The id, on this server, of the account that its owner has moved to. */
  movedTo: z.string().nullish(),
  isLocked: z.boolean().nullish(),
  /** Only moderators are shown such accounts, where servers do as they should. */
  isSuspended: z.boolean().nullish(),
})

async function look(reach: Reach, { handle, id }: Asked, whom: Whom, ask: Ask): Promise<Reading> {
  const { name, home } = acctOf(handle)
  const answer = await show(reach, home, whom, ask)
  const user = answer.status === 200 ? bodyAs(User, answer) : null
  const isAsked = 'userId' in whom ? user?.id === whom.userId : isSameName(user?.username ?? '', name)
  if (user === null || !isAsked || typeof user.host === 'string') return absence(answer)
  // What became of a stranger on the name is not the account's.
  const isOwn = id === null || id === user.id
  if (isOwn && user.isSuspended === true) return reading(absent('suspended'), 'isSuspended', answer)
  if (isOwn && typeof user.movedTo === 'string') return moved(reach, home, user.movedTo, answer, ask)
  const found = { id: user.id, handle: `${user.username}@${home}`, ...profile(user.name, user.followersCount) }
  return reading(present(found), user.isLocked === true ? 'isLocked' : 'username', answer)
}

const show = (reach: Reach, home: string, whom: Whom, ask: Ask): Promise<Answer> =>
  ask({ url: under(reach.home(home), '/api/users/show'), method: 'POST', json: whom })

/** The old account names the new one by its id on this server, which then says who that is. */
async function moved(reach: Reach, home: string, userId: string, answer: Answer, ask: Ask): Promise<Reading> {
  const target = await show(reach, home, { userId }, ask)
  const user = target.status === 200 ? bodyAs(User, target) : null
  const handle = user?.id === userId ? handleOf(`${user.username}@${user.host ?? home}`) : null
  // What stands in its place on another server has another id there.
  const now: Identity | null = handle === null ? null : { id: homeOf(handle) === home ? userId : null, handle }
  return reading({ ...absent('renamed'), ...(now && { now }) }, 'movedTo', answer)
}

const Refusal = z.object({ error: z.object({ code: z.string() }) })

function absence(answer: Answer): Reading {
  const code = bodyAs(Refusal, answer)?.error.code ?? null
  // Suspended accounts are hidden like those that never were; so is everybody where a server shows nobody to visitors.
  if (code === 'NO_SUCH_USER' && answer.status === 404) return reading(absent(...GONE_FOR_GOOD), code, answer)
  return code === 'FAILED_TO_RESOLVE_REMOTE_USER' ? blindBy('platform_error', code, answer) : unread(answer, code)
}
