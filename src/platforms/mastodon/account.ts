import { z } from 'zod'
import type { Answer } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { absent, present, type Absent } from '../../core/verdict.ts'
import { handleOf, homeOf } from '../fediverse/acct.ts'
import { isOfSnac } from '../fediverse/webfinger.ts'
import { bodyAs, Count, Name, profile, reading } from '../reading.ts'
import type { Server } from './servers.ts'

/** See the schema of the same name. */
export type Account = z.infer<typeof Account>

const Uri = z.string().max(2_048)
const Flag = z.boolean().nullish()

/** An account as the REST interface shows it (docs.joinmastodon.org/entities/Account). */
export const Account = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  username: z.string(),
  acct: z.string(),
  /** The actor; older servers leave it out. */
  uri: Uri.nullish(),
  /** Pleroma and Akkoma show the actor here. */
  pleroma: z.object({ ap_id: Uri }).nullish(),
  suspended: Flag,
  moved: z.object({ acct: z.string(), uri: Uri.nullish() }).nullish(),
  limited: Flag,
  memorial: Flag,
  locked: Flag,
  display_name: Name,
  // -1 where it is hidden.
  followers_count: Count,
})

/** The actor, where the account names it. */
export const uriOf = ({ uri, pleroma }: Account): string | null => uri ?? pleroma?.ap_id ?? null

/** A deleted account is kept, and shown like one that is suspended (Mastodon 4.6 and older). */
export const suspension = ({ suspended }: Account, answer: Answer): Reading | null =>
  suspended === true ? reading(absent('suspended', 'deleted'), 'suspended', answer) : null

/** What an account says of itself, once it is known who it is. */
export function stateOf(shown: Account, id: string, { handle, id: pinned }: Asked, answer: Answer): Reading {
  const home = homeOf(handle)
  // A stranger's move is not the account's.
  const moved = pinned === null || pinned === id ? movedTo(shown, home) : null
  if (moved !== null) return reading(moved, 'moved', answer)
  const states = (['limited', 'memorial', 'locked'] as const).filter((state) => shown[state] === true)
  const found = { id, handle: `${shown.username}@${home}`, ...profile(shown.display_name, shown.followers_count) }
  return reading(present(found), states.join(', ') || 'username', answer)
}

function movedTo({ moved }: Account, home: string): Absent | null {
  if (moved === undefined || moved === null) return null
  const handle = handleOf(moved.acct.includes('@') ? moved.acct : `${moved.acct}@${home}`)
  return { ...absent('renamed'), ...(handle === null ? {} : { now: { id: moved.uri ?? null, handle } }) }
}

const Fault = z.object({ error: z.string() })

/** The words of an answer that is no account. */
export const faultIn = (answer: Answer): string | null => bodyAs(Fault, answer)?.error ?? null

const PLEROMA = ['pleroma', 'akkoma']

/** Software whose 404 is known to mean "nobody"; other software may say it of suspended accounts as well. */
export const KEEPERS = ['mastodon', 'hometown', 'gotosocial', 'snac']

/** Whether a server runs Pleroma or Akkoma, which grew out of it. */
export const isPleroma = (software: string): boolean => PLEROMA.includes(software)

/** The words with which each software says that there is no such account, of those that mean nothing else. */
export function absence(answer: Answer, { software }: Server): Reading | null {
  if (answer.status !== 404) return null
  if (isOfSnac(answer, software)) return reading(absent('not_found', 'deleted'), '404 Not Found (snac)', answer)
  const words = faultIn(answer)
  if (isPleroma(software)) {
    const isNobody = words === "Can't find user" || words === 'Record not found'
    return isNobody ? reading(absent('not_found', 'deactivated', 'suspended', 'deleted'), words, answer) : null
  }
  if (words !== 'Record not found') return null
  const because = KEEPERS.includes(software)
    ? absent('not_found', 'deleted')
    : absent('not_found', 'suspended', 'deleted')
  return reading(because, words, answer)
}
