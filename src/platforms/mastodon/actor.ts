import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, inconclusive, present } from '../../core/verdict.ts'
import { homeOf } from '../fediverse/acct.ts'
import { isOfSnac } from '../fediverse/webfinger.ts'
import { bodyAs, eachAlone, Name, profile, reading, unread } from '../reading.ts'
import { faultIn } from './account.ts'
import type { Network } from './lookup.ts'

/** The account by its stable id, which is an address: its actor in ActivityPub. Servers may want such requests signed. */
export const actor = (network: Network): Look['ask'] => eachAlone((account, ask) => look(network, account, ask))

const Actor = z.object({
  id: z.string(),
  type: z.enum(['Person', 'Service', 'Group', 'Organization', 'Application']),
  preferredUsername: z.string().min(1).max(100),
  name: Name,
  suspended: z.boolean().nullish(),
  movedTo: z.string().nullish(),
})

async function look(network: Network, { handle, id }: Asked, ask: Ask): Promise<Reading> {
  const url = network.reach.at(id ?? '')
  if (url === null) return reading(inconclusive('unreadable'), 'an id without an address', null)
  const answer = await ask({ url, headers: { accept: 'application/activity+json' } })
  if (answer.status === 404 || answer.status === 410) return missing(network, url, answer, ask)
  const shown = answer.status === 200 ? bodyAs(Actor, answer) : null
  if (shown === null || shown.id !== id) return unread(answer)
  // Until a suspension can no longer be taken back the actor is shown with this mark.
  if (shown.suspended === true) return reading(absent('suspended', 'deleted'), 'suspended', answer)
  // Only the new actor's address is told here; its handle is the other server's to say.
  if (typeof shown.movedTo === 'string') return reading(absent('renamed'), `movedTo ${shown.movedTo}`, answer)
  const found = `${shown.preferredUsername}@${homeOf(handle)}`
  return reading(present({ id, handle: found, ...profile(shown.name, null) }), 'preferredUsername', answer)
}

/** These say it so, and before they ask for a signature; elsewhere "Not Found" may be about the address. */
const SPEAKERS = ['mastodon', 'hometown', 'gotosocial']

async function missing({ reach, servers }: Network, url: string, answer: Answer, ask: Ask): Promise<Reading> {
  const words = faultIn(answer)
  const isOfSome = words !== null || answer.text.startsWith('<h1>404')
  const found = isOfSome ? await servers.at(reach.origin(url) ?? url, ask) : null
  if (found === null) return unread(answer)
  if (found.kind === 'unclear') return found.reading
  const { software } = found.server
  const speaks = SPEAKERS.includes(software)
  if (speaks && answer.status === 410 && words === 'Gone')
    return reading(absent('suspended', 'deleted'), 'Gone', answer)
  const isNobody = speaks && answer.status === 404 && words === 'Not Found'
  return isNobody || isOfSnac(answer, software)
    ? reading(absent('not_found', 'deleted'), 'Not Found', answer)
    : unread(answer)
}
