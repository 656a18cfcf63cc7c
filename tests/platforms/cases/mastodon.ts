import { createHash } from 'node:crypto'
import type { Answer, AskRequest } from '../../../src/core/answer.ts'
import { mastodon } from '../../../src/platforms/mastodon.ts'
import { answer } from '../../support/recorded.ts'
import { actorOf, isUnled, jrdOf, nodeinfoAt } from './fediverse.ts'
import type { Answers, PlatformCases } from './kind.ts'
import { lookupCases } from './mastodon/lookup.ts'
import { actorCases, webfingerCases } from './mastodon/others.ts'
import { recordedCases } from './mastodon/recorded.ts'
import { accountOf, bare, errorPage, json, notFound, profilePage, uriOf, type Said } from './mastodon/server.ts'
import { truthCases } from './mastodon/truth.ts'

const numberOf = (name: string): string => String(createHash('sha256').update(name).digest().readUInt32BE())

/** Any number of servers, all of them Mastodon, and Truth Social. */
const world =
  (has: (handle: string) => boolean): Answers =>
  (request: AskRequest) => {
    const { origin, host, pathname, searchParams } = new URL(request.url)
    const resource = /^acct:(.+)@.+$/.exec(searchParams.get('resource') ?? '')?.[1]
    const name = resource ?? searchParams.get('acct') ?? /^\/(?:users\/|@)(\w+)$/.exec(pathname)?.[1]
    if (name === undefined) return nodeinfoAt(origin, 'mastodon', request)
    const isThere = has(`${name}@${host}`)
    const say = (there: Said, gone: Said): Answer => answer(request.url, ...(isThere ? there : gone))
    const account = { ...accountOf(name, host), id: numberOf(name) }
    if (resource !== undefined) return say(json(200, jrdOf(name, host, uriOf(name, host))), bare(404))
    if (pathname === '/api/v1/accounts/lookup') return say(json(200, account), notFound)
    if (pathname.startsWith('/@')) return say(profilePage(name, host), errorPage(404, 'It isn’t here.'))
    return say(json(200, actorOf(name, uriOf(name, host))), json(404, { error: 'Not Found' }))
  }

/** In any of these words some server tells that an account is gone. */
const WORDS = [
  /"(?:suspended"\s*:\s*true|moved"\s*:\s*\{|movedTo"\s*:\s*")/,
  /Record not found|Can't find user|404 Not Found \(snac\/|404: (?:Page )?Not Found/,
  /"error"\s*:\s*"(?:Not Found|Gone)"|class=["']error["']/,
]

export const cases: PlatformCases = {
  kind: mastodon,
  settings: { hosts: { 'social.test': 'http://social.test', 'snac.test': 'http://snac.test' } },
  cases: [...lookupCases, ...webfingerCases, ...actorCases, ...truthCases, ...recordedCases],
  isGone: (answers) => answers.some((said) => isUnled(said) || WORDS.some((words) => words.test(said.text))),
  world,
  handle: (n) => `somebody_${n}@server${n % 7}.test`,
}
