import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, present, type Cause } from '../../core/verdict.ts'
import { blindBy, bodyAs, Name, profile, reading, under, unread } from '../reading.ts'
import { handleOf } from './handle.ts'

/** Codes of its own, under HTTP's 200 (keybase/client, protocol/avdl/keybase1/constants.avdl). */
const OK = 0
const INPUT_ERROR = 100
const NOT_FOUND = 205
const DELETED = 216
const CAUSES: ReadonlyMap<number, Cause> = new Map([
  [210, 'rate_limited'],
  [602, 'rate_limited'],
])

/** Keybase's own id of an account. */
export const UID = /^[\da-f]{32}$/

type User = z.infer<typeof User>

const User = z.object({
  id: z.string().regex(UID),
  basics: z.object({ username: z.string().transform(handleOf).pipe(z.string()), status: z.int().default(OK) }),
  profile: z.object({ full_name: Name }).optional().catch(undefined),
})

const Frame = z.object({ status: z.object({ code: z.int() }), them: z.unknown().optional() })

const lookup = (api: string, whom: string, ask: Ask): Promise<Answer> =>
  ask({ url: under(api, `/_/api/1.0/user/lookup.json?${whom}&fields=basics,profile`) })

/**
 * Many names in one request, those of deleted accounts included (as its own client asks, libkb/resolve.go). One that it
 * takes for malformed spoils it for all; each is then asked alone.
 */
export const byNames = (api: string): Look['ask'] => {
  const names: Look['ask'] = async (accounts, ask) => {
    const list = accounts.map(({ handle }) => encodeURIComponent(handle)).join(',')
    const answer = await lookup(api, `usernames=${list}&load_deleted_v2=1`, ask)
    const frame = frameOf(answer)
    if (frame?.status.code !== INPUT_ERROR || accounts.length === 1) return inOrder(accounts, frame, answer)
    const readings: Reading[] = []
    for (const account of accounts) readings.push(...(await names([account], ask)))
    return readings
  }
  return names
}

/** The account of this id, deleted or not (as its own client asks, libkb/loaduser.go). */
export async function byUid(api: string, { id }: Asked, ask: Ask): Promise<Reading> {
  const answer = await lookup(api, `uid=${encodeURIComponent(id ?? '')}&load_deleted=1`, ask)
  const frame = frameOf(answer)
  if (frame?.status.code === DELETED) return reading(absent('deleted'), `status.code ${DELETED}`, answer)
  if (frame?.status.code === NOT_FOUND) return missing(`status.code ${NOT_FOUND}`, answer)
  const user = frame?.status.code === OK ? User.safeParse(onlyOne(frame.them)).data : undefined
  return user !== undefined && user.id === id ? seen(user, answer) : unseen(frame, answer)
}

/** Whoever is asked about alone is told alone, or as a list of one. */
const onlyOne = (them: unknown): unknown => (Array.isArray(them) && them.length === 1 ? (them as unknown[])[0] : them)

type Frame = z.infer<typeof Frame>

const frameOf = (answer: Answer): Frame | null => (answer.status === 200 ? bodyAs(Frame, answer) : null)

/** One entry for each name, in the order asked, null for those it does not know; anything else is no answer to us. */
function inOrder(accounts: readonly Asked[], frame: Frame | null, answer: Answer): readonly Reading[] {
  const them: readonly unknown[] = frame?.status.code === OK && Array.isArray(frame.them) ? frame.them : []
  const users = them.length === accounts.length ? them.map((one) => User.nullable().safeParse(one).data) : []
  const isOurs = users.every(
    (user, at) => user === undefined || user === null || user.basics.username === accounts[at]?.handle,
  )
  return accounts.map((_, at) => {
    const user = isOurs ? users[at] : undefined
    if (user === null) return missing(`them[${at}] null`, answer)
    return user === undefined ? unseen(frame, answer) : seen(user, answer)
  })
}

const missing = (marker: string, answer: Answer): Reading =>
  reading(absent('not_found', 'suspended', 'deleted'), marker, answer)

function seen({ id, basics: { username, status }, ...user }: User, answer: Answer): Reading {
  if (status === DELETED) return reading(absent('deleted'), `basics.status ${DELETED}`, answer)
  if (status !== OK) return blindBy('unreadable', `basics.status ${status}`, answer)
  return reading(present({ id, handle: username, ...profile(user.profile?.full_name, null) }), 'id', answer)
}

function unseen(frame: Frame | null, answer: Answer): Reading {
  const cause = CAUSES.get(frame?.status.code ?? OK)
  return cause === undefined ? unread(answer) : blindBy(cause, `status.code ${frame?.status.code}`, answer)
}
