import { describe, expect, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import { answer, fakeAsk, hasRecorded, recorded, type Instead } from '../support/recorded.ts'
import { dead, didOf, look, platform, reused, said, sees, TRUTH } from './bluesky-network.ts'

describe.skipIf(!hasRecorded)('what a real network said of every state', () => {
  test.each(TRUTH)('%s: %s is seen for what it is once pinned', async (state, handle, app, host) => {
    expect(await sees('appview', handle, didOf(state))).toBe(app)
    expect(await sees('host', handle, didOf(state))).toBe(host)
  })

  test.each(TRUTH)(
    '%s: %s is seen as well as a handle alone allows',
    async (_state, handle, _app, _host, app, host) => {
      expect(await sees('appview', handle, null, reused)).toBe(app)
      expect(await sees('host', handle, null, reused)).toBe(host)
    },
  )

  test('a plain look at a pinned account in the app costs one request', async () => {
    expect((await look('appview', 'active.test', didOf('active'))).asked).toHaveLength(1)
  })

  test('the host is asked about a pinned account without the app', async () => {
    const { asked } = await look('host', 'active.test', didOf('active'))
    expect(asked.filter((url) => url.startsWith('http://appview.test'))).toEqual([])
  })

  test('an account that moved to another host and kept its handle is present there', async () => {
    const did = didOf('migrated')
    const kept: Instead = (url) => {
      if (url === recorded('bluesky/plc/did/migrated').url) {
        const document = JSON.parse(recorded('bluesky/plc/did/migrated').text) as object
        return answer(url, 200, { ...document, alsoKnownAs: ['at://migrated.test'] })
      }
      return undefined
    }
    expect(await sees('host', 'migrated.test', did, kept)).toBe('present')
  })

  test('a broken proof of the handle that the DID still claims is no absence', async () => {
    const claims: Instead = (url) => {
      if (url !== recorded('bluesky/plc/did/handle-mismatch').url) return undefined
      const document = JSON.parse(recorded('bluesky/plc/did/handle-mismatch').text) as object
      return answer(url, 200, { ...document, alsoKnownAs: ['at://mismatch.test'] })
    }
    const { reading } = await look('appview', 'mismatch.test', didOf('handle-mismatch'), claims)
    expect(said(reading, didOf('handle-mismatch'), 'mismatch.test')).toBe('present')
    expect(reading.marker).toBe('handle.invalid')
  })

  test('without the directory, a lost handle is nothing we can judge', async () => {
    const down: Instead = (url) => (url.startsWith('http://plc.test') ? new AskFault('dns', 'no plc.test') : undefined)
    expect(await sees('appview', 'mismatch.test', didOf('handle-mismatch'), down)).toBe('fault: dns')
    const busy: Instead = (url) => (url.startsWith('http://plc.test') ? answer(url, 503, '') : undefined)
    expect(await sees('appview', 'mismatch.test', didOf('handle-mismatch'), busy)).toBe('blind: platform_error')
  })
})

describe.skipIf(!hasRecorded)('what proves nothing', () => {
  const PLC = 'http://plc.test/'
  const instead =
    (match: string, path: string): Instead =>
    (url) =>
      url.includes(match) ? recorded(path) : dead(url)

  test('a rate limit is a rate limit, wherever it strikes', async () => {
    const limited = 'bluesky/pds-a/com.atproto.identity.resolveHandle/rate-limited.refused'
    const did = didOf('deleted')
    for (const part of ['getProfile', 'getRepoStatus', 'resolveHandle', PLC]) {
      const one = part === 'getProfile' ? 'appview' : 'host'
      expect(await sees(one, 'deleted.test', did, instead(part, limited))).toBe('blind: rate_limited')
    }
  })

  test.each(['malformed-not-a-handle', 'malformed-one-label', 'malformed-underscore'])(
    'the refusal of a wrongly put question (%s) is unreadable at a host, too',
    async (name) => {
      const unresolved = instead('resolveHandle', `bluesky/pds-a/com.atproto.identity.resolveHandle/${name}`)
      expect(await sees('host', 'active.test', null, unresolved)).toBe('blind: unreadable')
    },
  )

  test.each(['appview-answers-429', 'appview-answers-503', 'appview-refuses-connections'])(
    'a host that cannot say where a foreign handle leads (%s) finds no stranger and hides no account',
    async (why) => {
      const foreign = `bluesky/pds-b/com.atproto.identity.resolveHandle/foreign-handle.active.${why}`
      expect(await sees('host', 'active.test', didOf('active'), instead('resolveHandle', foreign))).toBe('present')
      expect(await sees('host', 'oldname.test', didOf('renamed'), instead('resolveHandle', foreign))).toBe(
        'gone: renamed (newname.test)',
      )
    },
  )

  test('a host in trouble over the handle is not taken for an answer', async () => {
    const down: Instead = (url) =>
      url.includes('pds-a.test/xrpc/com.atproto.identity') ? answer(url, 502, '') : undefined
    expect(await sees('host', 'reused.test', didOf('renamed-handle-reused'), down)).toBe('blind: platform_error')
  })

  test('an account asked for as malformed is unreadable', async () => {
    const malformed = 'bluesky/pds-a/com.atproto.sync.getRepoStatus/handle-in-place-of-did'
    const seen = await sees('host', 'active.test', didOf('active'), instead('getRepoStatus', malformed))
    expect(seen).toBe('blind: unreadable')
    expect(await sees('host', 'active.test', '25073877')).toBe('blind: unreadable')
  })

  test.each([429, 500, 502, 503, 403, 451, 401, 302, 999, 404, 410, 200, 204])(
    'the words of absence under HTTP %i are no absence',
    async (status) => {
      for (const words of [
        { error: 'AccountTakedown', message: 'Account has been suspended' },
        { error: 'AccountDeactivated', message: 'Account is deactivated' },
        { error: 'InvalidRequest', message: 'Profile not found' },
        { error: 'RepoNotFound', message: 'Could not find repo' },
        { error: 'HandleNotFound', message: 'Unable to resolve handle' },
      ]) {
        const all: Instead = (url) => answer(url, status, words)
        for (const one of ['appview', 'host']) {
          expect(await sees(one, 'active.test', didOf('active'), all)).toMatch(/^blind/)
          expect(await sees(one, 'active.test', null, all)).toMatch(/^blind/)
        }
      }
    },
  )
})

describe.skipIf(!hasRecorded)('what a host may say of a repository', () => {
  const says =
    (body: object): Instead =>
    (url) =>
      url.includes('getRepoStatus') ? answer(url, 200, { did: didOf('active'), ...body }) : undefined

  test.each([
    [{ active: true, status: 'something-new' }, 'present'],
    [{ active: 'false' }, 'blind: unreadable'],
    [{ did: 'did:plc:other', active: false, status: 'deleted' }, 'blind: unreadable'],
  ])('%j reads as %s', async (body, expected) => {
    expect(await sees('host', 'active.test', didOf('active'), says(body))).toBe(expected)
  })

  test('a revoked identity may also be told with 410', async () => {
    const gone: Instead = (url) => answer(url, 410, { message: 'DID not available: did:plc:weus4yd5xvikmanioyu3fhnu' })
    const { reading } = await look('host', 'tombstoned.test', didOf('did-tombstoned'), gone)
    expect(reading).toMatchObject({ verdict: { because: ['deleted'] }, marker: 'DID not available' })
  })

  test('a document without a host, or about somebody else, is unreadable', async () => {
    const about: Instead = (url) =>
      answer(url, 200, { id: didOf('active'), alsoKnownAs: ['at://active.test'], service: [] })
    expect(await sees('host', 'active.test', didOf('active'), about)).toBe('blind: unreadable')
    expect(await sees('host', 'renamed.test', didOf('renamed'), about)).toBe('blind: unreadable')
  })
})

test('did:web documents come from their own host over https', async () => {
  const { ask, asked } = fakeAsk(new Map(), (url) => answer(url, 404, { message: 'DID not available: did:web:x' }))
  const [reading] = await platform.looks[1]!.ask([{ handle: 'a.test', id: 'did:web:pages.example.org' }], ask)
  expect(asked).toEqual(['https://pages.example.org/.well-known/did.json'])
  expect(reading?.verdict).toEqual({ kind: 'inconclusive', because: 'unreadable' })
})

test.each(['did:web:a@b', 'did:web:a/b', 'did:web:a%2Fb', 'did:web:[::1]', 'did:key:zabc', 'did:plc'])(
  'no address is made of %s',
  async (id) => {
    const { ask, asked } = fakeAsk(new Map())
    await platform.looks[1]!.ask([{ handle: 'a.test', id }], ask)
    expect(asked).toEqual([])
  },
)
