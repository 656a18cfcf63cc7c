import { describe, expect, test } from 'vitest'
import type { Answer, Ask, AskRequest } from '../../src/core/answer.ts'
import { step, unknown, type Belief, type Policy } from '../../src/core/belief.ts'
import type { Asked, Look } from '../../src/core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../src/core/verdict.ts'
import { createReach } from '../../src/platforms/fediverse/reach.ts'
import { mastodon } from '../../src/platforms/mastodon.ts'
import { lookup } from '../../src/platforms/mastodon/lookup.ts'
import { createServers } from '../../src/platforms/mastodon/servers.ts'
import { answer } from '../support/recorded.ts'
import { actorOf, jrdOf, nodeinfoAt } from './cases/fediverse.ts'
import {
  accountOf,
  errorPage,
  html,
  identityOf,
  json,
  needsToken,
  server,
  suspendedOf,
  uriOf,
} from './cases/mastodon/server.ts'
import type { Answers } from './cases/kind.ts'

const platform = () => mastodon.connect(mastodon.settings.parse({}), mastodon.defaults)
const lookNamed = (name: string): Look => platform().looks.find((look) => look.name === name)!

/** Asks and notes the paths that were asked, with the host where it is not the first one's. */
function listening(answers: Answers) {
  const heard: AskRequest[] = []
  const ask: Ask = (request) => {
    heard.push(request)
    return Promise.resolve(answers(request))
  }
  return { ask, heard, urls: () => heard.splice(0).map(({ url }) => url) }
}

const verdict = async (look: Look['ask'], asked: Asked, ask: Ask): Promise<Verdict> =>
  (await look([asked], ask))[0]!.verdict

const FINGER = 'https://m.test/.well-known/webfinger?resource=acct:alice@m.test'
const NODEINFO = ['https://m.test/.well-known/nodeinfo', 'https://m.test/nodeinfo/2.0']
const LOOKUP = 'https://m.test/api/v1/accounts/lookup?acct=alice'

const unpinned = { handle: 'alice@m.test', id: null }
const pinned = { handle: 'alice@m.test', id: uriOf('alice') }

describe('what is asked', () => {
  test('a server is looked for once an hour, and a pinned account is one request then', async () => {
    let now = 0
    const reach = createReach({})
    const look = lookup({ reach, servers: createServers(reach, () => now) })
    const { ask, urls } = listening(server({}))

    await look([unpinned], ask)
    expect(urls()).toEqual([FINGER, ...NODEINFO, LOOKUP])
    now += 3_600_000
    await look([pinned], ask)
    expect(urls()).toEqual([LOOKUP])
    now += 1
    await look([pinned], ask)
    expect(urls()).toEqual([FINGER, ...NODEINFO, LOOKUP])
  })

  test('a server that wants a token is asked for its pages from then on', async () => {
    const look = lookNamed('lookup')
    const { ask, urls } = listening(server({ lookup: needsToken }))
    await look.ask([pinned], ask)
    expect(urls()).toEqual([FINGER, ...NODEINFO, LOOKUP, 'https://m.test/@alice'])
    await look.ask([pinned], ask)
    expect(urls()).toEqual(['https://m.test/@alice', FINGER])
  })

  test('the account interface is never asked for an actor: some servers know nobody then', async () => {
    const { ask, heard } = listening(server({}))
    await lookNamed('lookup').ask([unpinned], ask)
    expect(heard.at(-1)).toEqual({ url: LOOKUP, headers: { accept: 'application/json' } })
    for (const { headers } of heard) expect(headers?.['accept']).not.toContain('activity')
  })

  test('nobody can have the name that nobody has', () => {
    const { controls, profileUrl } = platform()
    expect(controls.nobody('m.test')).toMatch(/^[a-z][a-z0-9]{29}@m\.test$/)
    expect(profileUrl('Gargron@mastodon.social')).toBe('https://mastodon.social/@Gargron')
  })

  test('only what the configuration names may be a private address', () => {
    expect(platform().origins).toEqual([])
    const own = mastodon.settings.parse({ hosts: { 'localhost:3000': 'http://localhost:3000' } })
    const connected = mastodon.connect(own, mastodon.defaults)
    expect(connected.origins).toEqual(['http://localhost:3000'])
    expect(connected.profileUrl('a@localhost:3000')).toBe('http://localhost:3000/@a')
  })

  test('Truth Social is believed little, by whichever look', () => {
    for (const look of platform().looks) {
      expect([look.trustAt?.('truthsocial.com'), look.trustAt?.('mastodon.social')]).toEqual(['low', look.trust])
    }
  })
})

describe('a server at another host than its handles', () => {
  const WEB = 'https://social.apex.test'
  const uri = `${WEB}/users/alice`
  const onApex = { handle: 'alice@apex.test', id: null }

  /** The handles' host only points to the server; its own pages know nothing of accounts. */
  const split: Answers = (request) => {
    const { host, pathname, search, searchParams } = new URL(request.url)
    if (host === 'apex.test') {
      return pathname === '/.well-known/webfinger'
        ? answer(request.url, 301, '', { location: `${WEB}${pathname}${search}` })
        : answer(request.url, 404, '<h1>Not Found</h1>')
    }
    const isAlice = searchParams.get('resource') === 'acct:alice@apex.test' || searchParams.get('acct') === 'alice'
    const say = (there: object, status: number, gone: unknown): Answer =>
      isAlice ? answer(request.url, 200, there) : answer(request.url, status, gone)
    if (pathname === '/.well-known/webfinger') return say(jrdOf('alice', 'apex.test', uri), 404, '')
    if (pathname === '/users/alice') return answer(request.url, 200, actorOf('alice', uri))
    return pathname === '/api/v1/accounts/lookup'
      ? say({ ...accountOf('alice', 'social.apex.test') }, 404, { error: 'Record not found' })
      : nodeinfoAt(WEB, 'mastodon', request)
  }

  const seen = { id: uri, handle: 'alice@apex.test', displayName: 'Name of alice', followers: 377_000 }

  test('is found by WebFinger', async () => {
    const { ask, urls } = listening(split)
    expect(await verdict(lookNamed('lookup').ask, onApex, ask)).toEqual(present(seen))
    expect(urls()).toEqual([
      'https://apex.test/.well-known/webfinger?resource=acct:alice@apex.test',
      `${WEB}/.well-known/webfinger?resource=acct:alice@apex.test`,
      `${WEB}/.well-known/nodeinfo`,
      `${WEB}/nodeinfo/2.0`,
      `${WEB}/api/v1/accounts/lookup?acct=alice`,
    ])
  })

  test('is told from a name that nobody has there, before and after it is known', async () => {
    const look = lookNamed('lookup')
    const { ask } = listening(split)
    for (const [handle, said] of [
      ['nobody@apex.test', absent('not_found', 'deleted')],
      ['alice@apex.test', present(seen)],
      ['nobody@apex.test', absent('not_found', 'deleted')],
      ['alice@apex.test', present(seen)],
    ] as const) {
      expect(await verdict(look.ask, { handle, id: null }, ask)).toEqual(said)
    }
  })

  test('is asked for its own accounts only', async () => {
    const look = lookNamed('lookup')
    const { ask, urls } = listening(split)
    await look.ask([onApex], ask)
    urls()
    // Pinned elsewhere: what was found out for others of this host may not hold for this one.
    const other = { ...onApex, id: 'https://elsewhere.test/users/alice' }
    expect(await verdict(look.ask, other, ask)).toEqual(present(seen))
    expect(urls()[0]).toBe('https://apex.test/.well-known/webfinger?resource=acct:alice@apex.test')
  })

  test('is not followed to an address in clear text', async () => {
    const { ask, urls } = listening(({ url }) => answer(url, 301, '', { location: url.replace('https:', 'http:') }))
    expect(await verdict(lookNamed('webfinger').ask, onApex, ask)).toEqual(inconclusive('blocked'))
    expect(urls()).toHaveLength(1)
  })
})

test('a handle that is only another name for an account names the handle to watch instead', async () => {
  const { ask } = listening(server({ finger: json(200, jrdOf('bob', 'other.test', uriOf('bob', 'other.test'))) }))
  const [reading] = await lookNamed('webfinger').ask([unpinned], ask)
  expect(reading).toMatchObject({ verdict: inconclusive('unreadable'), marker: 'leads to acct:bob@other.test' })
})

describe('what the looks say is believed', () => {
  const { looks: terms, publicLook } = platform()
  const policy: Policy = {
    confirm: { sightings: 3, looks: 2, vantages: 1, clears: 2 },
    looks: Object.fromEntries(terms.map(({ name, trust }) => [name, trust])),
    publicLook,
    controlsRightAt: Object.fromEntries(terms.map(({ name }) => [name, Infinity])),
    blindAfterMs: 60_000,
  }

  /** What is held of the account when each look has been asked so many times, in turn and a second apart. */
  async function after(rounds: number, answers: Answers): Promise<Belief> {
    const { looks } = platform()
    let belief = unknown(identityOf('alice'))
    for (let at = 0; at < rounds * looks.length; at++) {
      const { name, ask } = looks[at % looks.length]!
      const seen = await verdict(ask, pinned, listening(answers).ask)
      const times = { askedAt: at * 1_000, answeredAt: at * 1_000 + 100 }
      const sighting = { account: 'mastodon:alice@m.test', look: name, vantage: 'home', ...times, evidence: null }
      belief = step(belief, { ...sighting, verdict: seen }, policy).belief
    }
    return belief
  }

  const forbidden = errorPage(403, 'You don’t have permission to view this page.')
  const unsigned = json(401, { error: 'Request not signed' })

  test('nobody disputes a suspension, although WebFinger goes on leading to the account', async () => {
    const suspension = server({ lookup: json(200, suspendedOf('alice')), actor: unsigned, page: forbidden })
    expect(await after(2, suspension)).toMatchObject({
      kind: 'down',
      outage: { because: ['suspended', 'deleted'], disputed: [] },
    })
  })

  test('an account that left is gone, although WebFinger goes on leading to it', async () => {
    const left = server({ lookup: json(404, { error: 'Record not found' }), actor: unsigned, page: forbidden })
    expect(await after(2, left)).toMatchObject({ kind: 'down', outage: { because: ['deleted'], disputed: [] } })
  })

  test('where only the page tells that an account is gone, it has to tell so twice as often', async () => {
    const gone = html(404, 'GoToSocial', '<body><h1>404: Not Found</h1></body>')
    const answers = server({ software: 'gotosocial', page: gone, actor: unsigned })
    expect(await after(5, answers)).toMatchObject({ kind: 'doubted' })
    expect(await after(6, answers)).toMatchObject({ kind: 'down', outage: { disputed: [] } })
  })

  test('an interface that forgets an account is not believed while its page shows it', async () => {
    expect(await after(10, server({ lookup: json(404, { error: 'Record not found' }) }))).toMatchObject({
      kind: 'doubted',
    })
  })

  test('a domain that somebody else has now is a takeover', async () => {
    const other = 'https://new.m.test/users/alice'
    const parts = {
      finger: json(200, jrdOf('alice', 'm.test', other)),
      lookup: json(200, { ...accountOf('alice'), uri: other }),
      actor: json(404, { error: 'Not Found' }),
    }
    const taken: Answers = (request) =>
      server(parts, new URL(request.url).host === 'm.test' ? 'm.test' : 'new.m.test')(request)
    expect(await after(2, taken)).toMatchObject({
      kind: 'down',
      outage: { because: ['taken_over'], now: { id: other } },
    })
  })
})
