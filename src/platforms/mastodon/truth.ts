import type { Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { inconclusive } from '../../core/verdict.ts'
import { bodyAs, eachAlone, reading, under, unread } from '../reading.ts'
import { absence, Account, stateOf, suspension } from './account.ts'
import type { Network } from './lookup.ts'

/** An account of Truth Social by its number. The server belongs to no network, so that there is no actor to ask for. */
export const byNumber = (network: Network): Look['ask'] => eachAlone((account, ask) => look(network, account, ask))

async function look({ servers }: Network, account: Asked, ask: Ask): Promise<Reading> {
  const { id } = account
  const place = await servers.of(account, ask)
  if (place.kind === 'unclear') return place.reading
  if (id === null || !/^\d{1,20}$/.test(id)) return reading(inconclusive('unreadable'), 'an id that is no number', null)
  const answer = await ask({
    url: under(place.server.web, `/api/v1/accounts/${id}`),
    headers: { accept: 'application/json' },
  })
  const shown = answer.status === 200 ? bodyAs(Account, answer) : null
  if (shown?.id !== id) return absence(answer, place.server) ?? unread(answer)
  return suspension(shown, answer) ?? stateOf(shown, id, account, answer)
}
