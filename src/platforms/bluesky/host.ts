import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../core/verdict.ts'
import { bodyAs, eachAlone, reading, unread } from '../reading.ts'
import { findDocument } from './directory.ts'
import { NO_HANDLE } from './handle.ts'
import { query, refusalOf, resolveHandle, type Bases, type Led } from './xrpc.ts'

/**
 * The account at the host its own identity names: the DID document says where, and that host alone is believed. A host
 * it has left still answers, with "deactivated". Pinned accounts are seen without the app's servers.
 */
export const host = (bases: Bases): Look['ask'] => eachAlone((account, ask) => look(bases, account, ask))

async function look(bases: Bases, { handle, id }: Asked, ask: Ask): Promise<Reading> {
  if (id !== null) return atHost(bases, id, handle, ask)
  // A host hides the handles of inactive accounts; the AppView still says where they lead.
  const led = await resolveHandle(bases.appview, handle, ask)
  return led.kind === 'did' ? atHost(bases, led.did, null, ask) : unled(led)
}

/** Who was deleted lets go of the handle, so that it leads nowhere like one that nobody ever had. */
const unled = ({ kind, answer }: Led): Reading =>
  kind === 'unclear' ? unread(answer) : reading(absent('not_found', 'deleted'), 'Unable to resolve handle', answer)

/** @param watched the handle to look for a stranger on; null where it has just led to this DID */
async function atHost(bases: Bases, did: string, watched: string | null, ask: Ask): Promise<Reading> {
  const found = await findDocument(bases.directory, did, ask)
  if (found.kind === 'none') return found.reading
  const { pds } = found
  if (pds === null) return reading(inconclusive('unreadable'), 'no host in the DID document', found.answer)
  const answer = await ask({ url: query(pds, 'com.atproto.sync.getRepoStatus', 'did', did) })
  const state = stateOf(answer, did, found.handle ?? NO_HANDLE)
  if (watched === null || state.verdict.kind === 'inconclusive') return state
  return strangerOn(await resolveHandle(pds, watched, ask), did, watched) ?? state
}

const RepoStatus = z.object({ did: z.string(), active: z.boolean(), status: z.string().optional() })

/** What the host says of the repository; the handle is the one that the DID claims. */
function stateOf(answer: Answer, did: string, handle: string): Reading {
  // The directory knows the DID and names this host, so that here an unknown repository is a deleted one.
  if (refusalOf(answer)?.error === 'RepoNotFound') return reading(absent('deleted'), 'RepoNotFound', answer)
  const seen = answer.status === 200 ? bodyAs(RepoStatus, answer) : null
  if (seen?.did !== did) return unread(answer)
  const { active, status } = seen
  // The host's own trouble, which it may report of accounts that are active.
  if (status === 'desynchronized' || status === 'throttled')
    return reading(inconclusive('platform_error'), status, answer)
  if (active) return reading(present({ id: did, handle }), 'active', answer)
  return reading(inactive(status), status ?? 'active: false', answer)
}

function inactive(status: string | undefined): Verdict {
  switch (status) {
    case 'takendown':
    case 'suspended':
      return absent('suspended')
    case 'deactivated':
      return absent('deactivated')
    case 'deleted':
      return absent('deleted')
    case undefined:
      return absent('not_found', 'deactivated', 'suspended', 'deleted')
    default:
      return inconclusive('unreadable')
  }
}

/** Hosts that do not offer the question, in the dialects there are. */
const NOT_OFFERED = [400, 401, 404, 501]

/** Somebody else who answers on the handle at this host, or that we cannot see whether; null when nobody does. */
function strangerOn(led: Led, did: string, handle: string): Reading | null {
  if (led.kind === 'did') {
    return led.did === did ? null : reading(present({ id: led.did, handle }), 'resolveHandle', led.answer)
  }
  return led.kind === 'unclear' && !NOT_OFFERED.includes(led.answer.status) ? unread(led.answer) : null
}
