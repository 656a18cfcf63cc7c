import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { inconclusive, present, type Verdict } from '../../core/verdict.ts'
import { acctOf, isSameName } from '../fediverse/acct.ts'
import type { Reach } from '../fediverse/reach.ts'
import { finger, type Led, type Unled } from '../fediverse/webfinger.ts'
import { bodyAs, eachAlone, reading, under, unread } from '../reading.ts'
import { absence, Account, isPleroma, stateOf, suspension, uriOf } from './account.ts'
import { pageAt } from './page.ts'
import { isTruth, type Server, type Servers } from './servers.ts'

/** What the looks of a federated account share: where servers are asked, and what is known of them. */
export type Network = { readonly reach: Reach; readonly servers: Servers }

/**
 * The account as its own server shows it to anybody: by the account interface, or on its page where that interface
 * wants a token. A pinned account on a server that we know is one request, else WebFinger has to agree on who it is.
 */
export const lookup = (network: Network): Look['ask'] => eachAlone((account, ask) => look(network, account, ask))

async function look(network: Network, account: Asked, ask: Ask): Promise<Reading> {
  const place = await network.servers.of(account, ask)
  if (place.kind === 'unclear') return place.reading
  const { server, led } = place
  if (!server.isOpen) return onPage(network, server, account, led, ask)
  const answer = await ask({ url: addressOf(server, account), headers: { accept: 'application/json' } })
  if (answer.status === 401 && !isTruth(acctOf(account.handle).home)) {
    network.servers.close(server)
    return onPage(network, server, account, led, ask)
  }
  const shown = answer.status === 200 ? bodyAs(Account, answer) : null
  if (shown === null || !isAbout(shown, account, server)) return absence(answer, server) ?? unread(answer)
  const gone = isStranger(shown, account) ? null : suspension(shown, answer)
  if (gone !== null) return gone
  const id = await idOf(network, shown, account, led, answer, ask)
  return typeof id === 'string' ? stateOf(shown, id, account, answer) : id
}

function addressOf({ web, software }: Server, { handle }: Asked): string {
  const { name } = acctOf(handle)
  return under(web, isPleroma(software) ? `/api/v1/accounts/${name}` : `/api/v1/accounts/lookup?acct=${name}`)
}

/** Whether the answer shows the account asked about. Some servers write even their own accounts with their host. */
function isAbout({ username, acct }: Account, { handle }: Asked, { web }: Server): boolean {
  const { name, home } = acctOf(handle)
  const host = acct.includes('@') ? acctOf(acct).home : home
  return isSameName(username, name) && (isSameName(host, home) || isSameName(host, new URL(web).host))
}

/**
 * Whether somebody else than the pinned account has the name now: what became of a stranger is not told of the account.
 */
function isStranger(shown: Account, { handle, id }: Asked): boolean {
  const found = isTruth(acctOf(handle).home) ? shown.id : uriOf(shown)
  return id !== null && found !== null && found !== id
}

/**
 * Who it is: the actor's URI, as the account and WebFinger both have it. The id of the interface is that server's own,
 * and an address that looks like a URI need not be one. What is shown under the pinned id needs no other word.
 */
async function idOf(
  { reach }: Network,
  shown: Account,
  { handle, id }: Asked,
  led: Led | Unled | null,
  answer: Answer,
  ask: Ask,
): Promise<string | Reading> {
  const acct = acctOf(handle)
  if (isTruth(acct.home)) return shown.id
  const uri = uriOf(shown)
  if (uri !== null && uri === id) return uri
  const found = led ?? (await finger(acct, reach, ask))
  if (found.kind === 'unclear') return found.reading
  const agrees = found.kind === 'led' && (uri === null || uri === found.id)
  return agrees ? found.id : unread(answer, 'WebFinger says otherwise')
}

/** What visitors see of an account whose server has no other open word of it. */
async function onPage(
  { reach }: Network,
  server: Server,
  account: Asked,
  led: Led | Unled | null,
  ask: Ask,
): Promise<Reading> {
  const acct = acctOf(account.handle)
  const page = await pageAt(under(server.web, `/@${acct.name}`), namesOf(account, server.web), server.software, ask)
  if (page.kind === 'unclear' && isPleroma(server.software)) return { ...page.reading, verdict: closed(page.reading) }
  if (page.kind !== 'shown') return page.reading
  // A page does not tell who it is: a stranger who has taken the name has one, too.
  const found = led ?? (await finger(acct, reach, ask))
  if (found.kind === 'unclear') return found.reading
  const { answer } = page.reading
  if (found.kind === 'unled') return { ...page.reading, marker: 'WebFinger says otherwise' }
  return reading(present({ id: found.id, handle: account.handle }), 'title', answer)
}

/**
 * Their page is a program for browsers: that we cannot read it means that we have no token, not that it has changed.
 */
const closed = ({ verdict }: Reading): Verdict =>
  verdict.kind === 'inconclusive' && verdict.because === 'unreadable' ? inconclusive('unauthorized') : verdict

/** How an account's server may call it in a page's title. */
export const namesOf = ({ handle }: Pick<Asked, 'handle'>, web: string): readonly string[] => [
  handle,
  `${acctOf(handle).name}@${new URL(web).host}`,
]
