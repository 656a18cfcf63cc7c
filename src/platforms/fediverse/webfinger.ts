import { z } from 'zod'
import { isWall, type Answer, type Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import { bodyAs, fewOf, under, unread } from '../reading.ts'
import { acctOf, handleOf, isSameName, type Acct } from './acct.ts'
import type { Reach } from './reach.ts'

/** An account that its host knows: `id` is the actor's URI, `web` the base address of the server that has it. */
export type Led = {
  readonly kind: 'led'
  readonly id: string
  readonly web: string
  /** Its profile page, as it is to be asked. */
  readonly page: string | null
  readonly answer: Answer
}

/** The host says 404 or 410; `web` is the base address of the server that said so. */
export type Unled = { readonly kind: 'unled'; readonly web: string; readonly answer: Answer }

/** What WebFinger says of a handle. */
export type Finger = Led | Unled | { readonly kind: 'unclear'; readonly reading: Reading }

const PATH = '/.well-known/webfinger'

/** Requests at the most: hosts that keep their accounts on another server often only point there. */
export const FINGER_REQUESTS = 2

/** Asks a handle's own host by WebFinger (RFC 7033) whom the handle leads to. */
export async function finger(acct: Acct, reach: Reach, ask: Ask): Promise<Finger> {
  // Every character of a handle may stand in a query as it is, and some servers read it only so.
  const resource = `acct:${acct.name}@${acct.home}`
  const base = reach.home(acct.home)
  const first = await ask(request(under(base, `${PATH}?resource=${resource}`)))
  const onward = redirected(first, base, resource, reach)
  if (onward === null) return read(acct, base, first, reach)
  return read(acct, reach.origin(onward) ?? base, await ask(request(onward)), reach)
}

const request = (url: string): Parameters<Ask>[0] => ({
  url,
  headers: { accept: 'application/jrd+json, application/json' },
})

/** Where the same question is to be asked instead. A redirect to anything else is not followed. */
function redirected({ status, headers }: Answer, base: string, resource: string, reach: Reach): string | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null
  const target = URL.parse(headers['location'] ?? '', base)
  if (target?.pathname !== PATH || target.searchParams.get('resource') !== resource) return null
  return reach.at(target.href)
}

const Link = z.object({
  rel: z.string().catch(''),
  type: z.string().catch(''),
  href: z.string().catch(''),
})
const Jrd = z.object({ subject: z.string(), links: fewOf(100, Link) })

function read(acct: Acct, web: string, answer: Answer, reach: Reach): Finger {
  if ((answer.status === 404 || answer.status === 410) && !isWall(answer)) return { kind: 'unled', web, answer }
  const jrd = answer.status === 200 && !isWall(answer) ? bodyAs(Jrd, answer) : null
  if (jrd === null) return unclear(unread(answer))
  const self = selfIn(jrd.links)
  const server = reach.origin(self)
  if (server === null) return unclear(unread(answer, 'no actor'))
  const subject = acctOf(handleOf(jrd.subject.replace(/^acct:/, '')) ?? '@')
  // Somebody's own domain may point at an account of another name or host: what holds for that server's other
  // accounts does not hold for this one. The handle that it really has can be watched instead.
  const isOwn = subject.home === acct.home || URL.parse(self)?.host === acct.home
  if (!isSameName(subject.name, acct.name) || !isOwn) return unclear(unread(answer, `leads to ${jrd.subject}`))
  const page = pageIn(jrd.links)
  return { kind: 'led', id: self, web: server, page: reach.origin(page) === server ? reach.at(page) : null, answer }
}

const unclear = (reading: Reading): Finger => ({ kind: 'unclear', reading })

type Links = readonly z.infer<typeof Link>[]

const selfIn = (links: Links): string =>
  links.find(({ rel, type }) => rel === 'self' && /^application\/(?:activity\+json|ld\+json)\b/.test(type))?.href ?? ''

const pageIn = (links: Links): string =>
  links.find(({ rel }) => rel === 'http://webfinger.net/rel/profile-page')?.href ?? ''

/** What snac answers, on any of its paths; it has no other words (recorded of 2.75). */
const SNAC = /^<h1>404 Not Found \(snac\/[\w.-]{1,20}\)<\/h1>\s*$/

/** Whether an answer is snac's own "not found". @param software as nodeinfo says */
export const isOfSnac = ({ status, text }: Answer, software: string): boolean =>
  software === 'snac' && status === 404 && SNAC.test(text)

const Words = z.union([z.string(), z.object({ error: z.string() })])

/**
 * Whether a 404 or 410 is the word of a server that has accounts. Mastodon's and Misskey's have no body, others' are
 * words in JSON; a page is that of whatever else stands at this host, and a host whose software is unknown may have no
 * accounts.
 *
 * @param software as its nodeinfo says, '' for unknown
 */
export const isOfAccounts = (answer: Answer, software: string): boolean =>
  software !== '' && (answer.text.trim() === '' || bodyAs(Words, answer) !== null || isOfSnac(answer, software))
