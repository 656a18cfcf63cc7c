import type { Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, inconclusive, present } from '../../core/verdict.ts'
import { acctOf } from '../fediverse/acct.ts'
import { finger, isOfAccounts, type Led, type Unled } from '../fediverse/webfinger.ts'
import { eachAlone, reading, under, unread } from '../reading.ts'
import { KEEPERS } from './account.ts'
import { namesOf, type Network } from './lookup.ts'
import { pageAt } from './page.ts'
import { isTruth } from './servers.ts'

/**
 * Where other servers are led by the handle.
 *
 * That WebFinger knows an account does not mean that it can be seen: Mastodon answers 200 for the 30 days in which a
 * suspension can be taken back, and lets caches keep that answer for 3 days; GoToSocial answers 200 for suspended and
 * deleted accounts for ever. As a "present" that would dispute every suspension, and a bare "not found" in dispute
 * never opens an outage. So a pinned account that WebFinger leads to is present only if its page shows it, too. Where
 * it leads to somebody else, or where nobody is pinned yet, its word is enough.
 */
export const webfinger = (network: Network): Look['ask'] => eachAlone((account, ask) => look(network, account, ask))

async function look(network: Network, account: Asked, ask: Ask): Promise<Reading> {
  const acct = acctOf(account.handle)
  if (isTruth(acct.home)) return reading(inconclusive('blocked'), 'closed to other servers', null)
  const led = await finger(acct, network.reach, ask)
  if (led.kind === 'unclear') return led.reading
  if (led.kind === 'unled') return missing(network, account, led, ask)
  network.servers.webOf(account, led)
  return led.id === account.id ? onPage(network, account, led, ask) : there(account, led)
}

const there = ({ handle }: Asked, { id, answer }: Led): Reading => reading(present({ id, handle }), 'self', answer)

async function missing({ servers }: Network, account: Asked, led: Unled, ask: Ask): Promise<Reading> {
  const found = await servers.at(servers.webOf(account, led), ask)
  if (found.kind === 'unclear') return found.reading
  const { software } = found.server
  if (!isOfAccounts(led.answer, software)) return unread(led.answer)
  if (led.answer.status === 410) return reading(absent('suspended', 'deleted'), 'WebFinger 410', led.answer)
  const because = KEEPERS.includes(software)
    ? absent('not_found', 'deleted')
    : absent('not_found', 'suspended', 'deleted')
  return reading(because, 'WebFinger 404', led.answer)
}

async function onPage({ servers }: Network, account: Asked, led: Led, ask: Ask): Promise<Reading> {
  const found = await servers.at(led.web, ask)
  if (found.kind === 'unclear') return found.reading
  const { software, isOpen } = found.server
  const url = led.page ?? under(led.web, `/@${acctOf(account.handle).name}`)
  const page = await pageAt(url, namesOf(account, led.web), software, ask)
  if (page.kind === 'shown') return there(account, led)
  const { verdict, answer } = page.reading
  // Where the first look sees by the page, too, it would be the same word twice; and that nobody is there contradicts
  // WebFinger, which has just led to somebody.
  const isWord =
    page.kind === 'gone'
      ? isOpen && answer?.status !== 404
      : verdict.kind === 'inconclusive' && verdict.because !== 'unreadable'
  return isWord ? page.reading : { ...page.reading, verdict: inconclusive('blocked') }
}
