import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, inconclusive, present, type Absent, type Identity } from '../../core/verdict.ts'
import { bodyAs, Count, eachAlone, Name, profile, reading, unread } from '../reading.ts'
import { findDocument } from './directory.ts'
import { DID, handleOf, NO_HANDLE } from './handle.ts'
import { query, refusalOf, type Bases } from './xrpc.ts'

/**
 * The app's own view, what visitors see. One account a request: the plural call leaves out whoever is gone, and silence
 * proves nothing. A plain answer to the pinned id costs one request; anything else is followed up by the handle, since
 * a stranger may answer there.
 */
export const appview = (bases: Bases): Look['ask'] => eachAlone((account, ask) => look(bases, account, ask))

type Profile = { readonly kind: 'profile'; readonly identity: Identity & { id: string }; readonly answer: Answer }
type Seen = Profile | { readonly kind: 'gone' | 'unclear'; readonly reading: Reading }

async function look(bases: Bases, { handle, id }: Asked, ask: Ask): Promise<Reading> {
  const seen = await profileOf(bases, id ?? handle, ask)
  if (id === null || seen.kind === 'unclear' || leadsTo(seen, handle)) return read(bases, seen, handle, ask)
  const there = await profileOf(bases, handle, ask)
  const answersThere = there.kind === 'unclear' || leadsTo(there, handle)
  return read(bases, answersThere ? there : seen, handle, ask)
}

const leadsTo = (seen: Seen, handle: string): boolean => seen.kind === 'profile' && seen.identity.handle === handle

async function read(bases: Bases, seen: Seen, handle: string, ask: Ask): Promise<Reading> {
  if (seen.kind !== 'profile') return seen.reading
  if (seen.identity.handle === NO_HANDLE) return withoutHandle(bases, seen, handle, ask)
  return reading(present(seen.identity), 'handle', seen.answer)
}

/** The account is there, its handle does not hold: what its DID claims tells a rename from a domain that broke. */
async function withoutHandle(bases: Bases, seen: Profile, handle: string, ask: Ask): Promise<Reading> {
  const found = await findDocument(bases.directory, seen.identity.id, ask)
  if (found.kind === 'document') {
    if (found.handle === handle) return reading(present({ ...seen.identity, handle }), NO_HANDLE, seen.answer)
    const now: Identity = { ...seen.identity, handle: found.handle ?? NO_HANDLE }
    return reading({ kind: 'absent', because: ['renamed'], now }, NO_HANDLE, found.answer)
  }
  // The app shows an account whose identity the directory never heard of: one of them is mistaken.
  const contradicts = found.reading.verdict.kind === 'absent' && found.reading.verdict.because.includes('not_found')
  return contradicts ? { ...found.reading, verdict: inconclusive('unreadable') } : found.reading
}

const ProfileView = z.object({
  did: z.string().regex(DID),
  handle: z
    .string()
    .transform((handle) => (handle === NO_HANDLE ? handle : handleOf(handle)))
    .pipe(z.string()),
  displayName: Name,
  followersCount: Count,
})

/** Asks for one profile by DID or handle (app.bsky.actor.getProfile). An answer about somebody else is unreadable. */
async function profileOf({ appview }: Bases, actor: string, ask: Ask): Promise<Seen> {
  const answer = await ask({ url: query(appview, 'app.bsky.actor.getProfile', 'actor', actor) })
  const view = answer.status === 200 ? bodyAs(ProfileView, answer) : null
  if (view !== null && (!actor.startsWith('did:') || view.did === actor)) {
    return { kind: 'profile', identity: identityOf(view), answer }
  }
  const gone = absence(answer)
  return gone === null ? { kind: 'unclear', reading: unread(answer) } : { kind: 'gone', reading: gone }
}

const identityOf = ({ did, handle, displayName, followersCount }: z.infer<typeof ProfileView>) => ({
  id: did,
  handle,
  ...profile(displayName, followersCount),
})

// 400 means both "gone" and "you asked wrongly"; only the body tells them apart.
function absence(answer: Answer): Reading | null {
  const refusal = refusalOf(answer)
  const said = (verdict: Absent, marker: string): Reading => reading(verdict, marker, answer)
  if (refusal?.error === 'AccountTakedown') return said(absent('suspended'), refusal.error)
  if (refusal?.error === 'AccountDeactivated') return said(absent('deactivated'), refusal.error)
  return refusal?.error === 'InvalidRequest' && refusal.message === 'Profile not found'
    ? said(absent('not_found', 'deleted'), refusal.message)
    : null
}
