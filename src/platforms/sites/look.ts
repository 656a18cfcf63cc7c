import { isWall, type Answer, type Ask, type AskRequest } from '../../core/answer.ts'
import type { Look, Reading } from '../../core/platform.ts'
import { absent, present } from '../../core/verdict.ts'
import { GONE_SOMEHOW } from '../gone.ts'
import { blindBy, eachAlone, reading, unread } from '../reading.ts'
import { isMere, seenIn, shows, wordsOf, type Seen } from './marker.ts'
import { isDetour, movedTo, targetOf } from './redirect.ts'
import type { Marker, Site } from './site.ts'
import { fill } from './template.ts'

/** What a server says of itself, of us or of the moment: never of an account, whatever a rule claims. */
export const isBlindStatus = (status: number): boolean =>
  [401, 403, 407, 408, 425, 429, 451].includes(status) || status >= 500

/** Asks a site about one name at a time. */
export const siteLook = (site: Site): Look['ask'] =>
  eachAlone(async ({ handle }, ask) => readSite(site, handle, await answerFor(site, handle, ask)))

/** How many redirects are followed. Most pages move once, to their address in full. */
export const HOPS = 2

async function answerFor(site: Site, account: string, ask: Ask): Promise<Answer> {
  const request = requestFor(site, account)
  let answer = await ask(request)
  for (let hop = 0; hop < HOPS && site.follows && site.method === 'GET'; hop++) {
    const target = movedTo(answer, account)
    if (target === null) break
    answer = await ask({ ...request, url: target.href })
  }
  return answer
}

function requestFor({ url, method, headers, body }: Site, account: string): AskRequest {
  const request = { url: fill(url, account), method, headers }
  return body === null ? request : { ...request, body: fill(body, account) }
}

/**
 * What an answer says of an account, by the site's own markers: walls and failures before anything else, then present
 * or absent, and nothing where it shows both or neither.
 */
export function readSite(site: Site, account: string, answer: Answer): Reading {
  const seen = seenIn(answer, account)
  const wall = site.blocked.find((marker) => shows(marker, seen))
  if (isBlind(answer, account)) return unread(answer)
  if (wall !== undefined) return blindBy('blocked', wordsOf(wall, seen), answer)
  const here = site.present.find((marker) => shows(marker, seen))
  const gone = site.absent.find((marker) => shows(marker, seen) && !isMere(marker, seen))
  if (here !== undefined && gone !== undefined) return both(here, gone, seen)
  if (here !== undefined) return reading(present({ id: null, handle: account }), wordsOf(here, seen), answer)
  return gone === undefined ? unread(answer) : reading(absent(...GONE_SOMEHOW), wordsOf(gone, seen), answer)
}

function isBlind(answer: Answer, account: string): boolean {
  const { status, text, url } = answer
  if (isBlindStatus(status) || isWall(answer)) return true
  const target = targetOf(answer)
  if (target !== null) return isDetour(target, url, account)
  // A page that came empty says nothing, but 204 comes with nothing.
  return status >= 200 && status < 300 && status !== 204 && text.trim() === ''
}

const both = (here: Marker, gone: Marker, seen: Seen): Reading =>
  blindBy('unreadable', `present (${wordsOf(here, seen)}) and absent (${wordsOf(gone, seen)}) at once`, seen.answer)
