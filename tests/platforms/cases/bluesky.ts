import type { Answer } from '../../../src/core/answer.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { bluesky } from '../../../src/platforms/bluesky.ts'
import { answer, hasRecorded, recorded } from '../../support/recorded.ts'
import { didOf, network as recordedNetwork, reused } from '../bluesky-network.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const APP = 'http://appview.test'
const DIRECTORY = 'http://plc.test'
const HOST = 'http://pds.test'

/** An account of a network made up after the documents; the parts of the network may hold different things of it. */
type Person = {
  readonly handle: string
  /** What the AppView shows as its handle. */
  readonly shownAs: string
  /** What its DID document claims; null where the directory holds no document. */
  readonly claims: string | null
  readonly app: 'active' | 'deactivated' | 'takendown' | 'deleted'
  /** What the host answers about the repository. */
  readonly repo: object | null
  readonly revoked: boolean
}

const person = (handle: string, rest: Partial<Person> = {}): Person => ({
  handle,
  shownAs: handle,
  claims: handle,
  app: 'active',
  repo: { active: true, rev: '3n2s5eoaqd22o' },
  revoked: false,
  ...rest,
})

/** Readable, so that a question by DID leads back to the handle. */
const plc = (handle: string): string => `did:plc:${handle}`

type Found = (handle: string) => Person | undefined
type Reply = readonly [status: number, body: object]

const REPLIES: Readonly<Record<string, (value: string, find: Found) => Reply>> = {
  [`${APP}/xrpc/app.bsky.actor.getProfile?actor=`](actor, find) {
    const found = find(actor.replace(/^did:plc:/, ''))
    if (found?.app === 'takendown') return [400, { error: 'AccountTakedown', message: 'Account has been suspended' }]
    if (found?.app === 'deactivated') return [400, { error: 'AccountDeactivated', message: 'Account is deactivated' }]
    if (found?.app !== 'active') return [400, { error: 'InvalidRequest', message: 'Profile not found' }]
    const { handle, shownAs } = found
    return [200, { did: plc(handle), handle: shownAs, displayName: `The ${handle}`, followersCount: 1234, labels: [] }]
  },
  [`${APP}/xrpc/com.atproto.identity.resolveHandle?handle=`]: (handle, find) =>
    find(handle) === undefined
      ? [400, { error: 'InvalidRequest', message: 'Unable to resolve handle' }]
      : [200, { did: plc(handle) }],
  [`${DIRECTORY}/`](did, find) {
    const { handle, claims, revoked } = find(did.replace(/^did:plc:/, '')) ?? person('', { claims: null })
    if (claims === null) return [404, { message: `DID not ${revoked ? 'available' : 'registered'}: ${did}` }]
    const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: HOST }]
    return [200, { id: plc(handle), alsoKnownAs: [`at://${claims}`], verificationMethod: [], service }]
  },
  [`${HOST}/xrpc/com.atproto.sync.getRepoStatus?did=`](did, find) {
    const repo = find(did.replace(/^did:plc:/, ''))?.repo ?? null
    return repo === null
      ? [400, { error: 'RepoNotFound', message: `Could not find repo for DID: ${did}` }]
      : [200, { did, ...repo }]
  },
  [`${HOST}/xrpc/com.atproto.identity.resolveHandle?handle=`]: (handle, find) =>
    find(handle) === undefined
      ? [400, { error: 'HandleNotFound', message: 'Unable to resolve handle' }]
      : [200, { did: plc(handle) }],
}

const network =
  (find: Found): Answers =>
  ({ url }) => {
    const start = Object.keys(REPLIES).find((one) => url.startsWith(one))
    if (start === undefined) throw new Error(`nobody answers ${url}`)
    return answer(url, ...REPLIES[start]!(decodeURIComponent(url.slice(start.length)), find))
  }

/** A state as the documents have it, looked at once the account is pinned. */
function made(look: string, name: string, rest: Partial<Person>, says: Verdict): Case {
  const one = person('alice.test', rest)
  const answers = network((handle) => (handle === one.handle ? one : undefined))
  return { name, look, asked: [{ handle: one.handle, id: plc(one.handle) }], answers, says: [says] }
}

const alice = { id: plc('alice.test'), handle: 'alice.test' }
const aliceInTheApp = { ...alice, displayName: 'The alice.test', followers: 1234 }

const documented: readonly Case[] = [
  made('appview', 'an account', {}, present(aliceInTheApp)),
  made('appview', 'an account that was taken down', { app: 'takendown' }, absent('suspended')),
  made('appview', 'an account that its owner switched off', { app: 'deactivated' }, absent('deactivated')),
  made('appview', 'no account', { app: 'deleted' }, absent('not_found', 'deleted')),
  made(
    'appview',
    'an account that lost its handle, and claims another',
    { shownAs: 'handle.invalid', claims: 'alison.test' },
    { kind: 'absent', because: ['renamed'], now: { ...aliceInTheApp, handle: 'alison.test' } },
  ),
  made('appview', 'an account whose handle broke', { shownAs: 'handle.invalid' }, present(aliceInTheApp)),
  made(
    'appview',
    'an account whose identity was revoked',
    { shownAs: 'handle.invalid', claims: null, revoked: true },
    absent('deleted'),
  ),
  made(
    'appview',
    'an account that the directory never heard of',
    { shownAs: 'handle.invalid', claims: null },
    inconclusive('unreadable'),
  ),
  made('host', 'an account', {}, present(alice)),
  made('host', 'an account that was taken down', { repo: { active: false, status: 'takendown' } }, absent('suspended')),
  made('host', 'an account that was suspended', { repo: { active: false, status: 'suspended' } }, absent('suspended')),
  made(
    'host',
    'an account that its owner switched off',
    { repo: { active: false, status: 'deactivated' } },
    absent('deactivated'),
  ),
  made('host', 'an account that was deleted', { repo: { active: false, status: 'deleted' } }, absent('deleted')),
  made('host', 'no account where there was one', { repo: null }, absent('deleted')),
  made('host', 'an identity that was revoked', { claims: null, revoked: true }, absent('deleted')),
  made('host', 'an identity that never was', { claims: null }, absent('not_found')),
  made(
    'host',
    'an account that is away, without a word why',
    { repo: { active: false } },
    absent('not_found', 'deactivated', 'suspended', 'deleted'),
  ),
  made(
    'host',
    'an account that goes by another handle',
    { claims: 'alison.test' },
    present({ ...alice, handle: 'alison.test' }),
  ),
  made(
    'host',
    'a host that lags behind',
    { repo: { active: false, status: 'desynchronized' } },
    inconclusive('platform_error'),
  ),
  made(
    'host',
    'a host that holds back',
    { repo: { active: true, status: 'throttled' } },
    inconclusive('platform_error'),
  ),
  {
    name: 'an identity that was revoked, with a 410',
    look: 'host',
    asked: [{ handle: 'alice.test', id: plc('alice.test') }],
    answers: ({ url }) => answer(url, 410, { message: `DID not available: ${plc('alice.test')}` }),
    says: [absent('deleted')],
  },
  {
    name: 'a handle that nobody has, in the words of its own server',
    look: 'host',
    asked: [{ handle: 'alice.test', id: null }],
    answers: ({ url }) => answer(url, 400, { error: 'HandleNotFound', message: 'No such handle' }),
    says: [absent('not_found', 'deleted')],
  },
  {
    name: 'an account whose owner asks apps to hide it from visitors',
    look: 'appview',
    asked: [{ handle: 'alice.test', id: plc('alice.test') }],
    answers: ({ url }) =>
      answer(url, 200, {
        did: plc('alice.test'),
        handle: 'alice.test',
        labels: [{ src: plc('alice.test'), uri: plc('alice.test'), val: '!no-unauthenticated' }],
      }),
    says: [present(alice)],
  },
  {
    name: 'that what lies behind the app failed',
    look: 'appview',
    asked: [{ handle: 'alice.test', id: null }],
    answers: ({ url }) => answer(url, 502, { error: 'UpstreamFailure', message: 'Profile not found' }),
    says: [inconclusive('platform_error')],
  },
  made('host', 'a state of tomorrow', { repo: { active: false, status: 'dormant' } }, inconclusive('unreadable')),
]

/** A state of the recorded network, asked about by what is pinned and by the handle alone. */
function kept(look: string, state: string, handle: string, pinned: Verdict, fresh: Verdict): readonly Case[] {
  const answers: Answers = ({ url }) => {
    const found = reused(url) ?? recordedNetwork.get(url)
    if (found === undefined || found instanceof Error) throw new Error(`nobody recorded ${url}`)
    return found
  }
  return [
    { name: `${handle}, pinned, as recorded`, look, asked: [{ handle, id: didOf(state) }], answers, says: [pinned] },
    { name: `${handle} as recorded`, look, asked: [{ handle, id: null }], answers, says: [fresh] },
  ]
}

const twice = (look: string, state: string, handle: string, verdict: Verdict): readonly Case[] =>
  kept(look, state, handle, verdict, verdict)

/** Somebody of the recorded network; the app also tells a name, and an audience of nobody. */
const host = (id: string, handle: string): Verdict => present({ id, handle })
const app = (id: string, handle: string, displayName: string): Verdict =>
  present({ id, handle, displayName, followers: 0 })

function recordedCases(): readonly Case[] {
  const stranger = 'did:plc:7zbyllopxlziondimkra3tmb'
  const newcomer = 'did:plc:xrgzq47zjjctqxnfinvp32mz'
  const gone = absent('not_found', 'deleted')
  const suspended = absent('suspended')
  const renamed = didOf('renamed')
  const migrated = didOf('migrated')
  const mismatch = didOf('handle-mismatch')
  const now = { id: mismatch, handle: 'somebody-else.test', displayName: 'mismatch', followers: 0 }
  return [
    ...['active', 'reactivated', 'restored'].flatMap((state) => [
      ...twice('appview', state, `${state}.test`, app(didOf(state), `${state}.test`, state)),
      ...twice('host', state, `${state}.test`, host(didOf(state), `${state}.test`)),
    ]),
    ...['appview', 'host'].flatMap((look) => [
      ...twice(look, 'deactivated', 'deactivated.test', absent('deactivated')),
      ...twice(look, 'takendown-pds', 'takendown.test', suspended),
      ...twice(look, 'takendown-moderation', 'takendown-mod.test', suspended),
      ...twice(look, 'suspended-moderation', 'suspended.test', suspended),
    ]),
    ...twice('appview', 'suspended-firehose', 'suspended-relay.test', suspended),
    ...twice(
      'host',
      'suspended-firehose',
      'suspended-relay.test',
      host(didOf('suspended-firehose'), 'suspended-relay.test'),
    ),
    ...twice('appview', 'takendown-appview-only', 'appview-only.pds-b.test', suspended),
    ...twice(
      'host',
      'takendown-appview-only',
      'appview-only.pds-b.test',
      host(didOf('takendown-appview-only'), 'appview-only.pds-b.test'),
    ),
    ...twice('appview', 'deleted', 'deleted.test', gone),
    ...kept('host', 'deleted', 'deleted.test', absent('deleted'), gone),
    ...twice('appview', 'never-existed', 'nobody-ever.test', gone),
    ...kept('host', 'never-existed', 'nobody-ever.test', absent('not_found'), gone),
    ...kept('appview', 'renamed', 'oldname.test', app(renamed, 'newname.test', 'oldname'), gone),
    ...kept('host', 'renamed', 'oldname.test', host(renamed, 'newname.test'), gone),
    ...twice('appview', 'renamed-handle-reused', 'reused.test', app(stranger, 'reused.test', 'reused')),
    ...twice('host', 'renamed-handle-reused', 'reused.test', host(stranger, 'reused.test')),
    ...twice('appview', 'deleted-handle-reused', 'recycled.test', app(newcomer, 'recycled.test', 'recycled')),
    // Pinned, it is deleted and taken over: without the host's word on the handle only the first is seen.
    ...twice('host', 'deleted-handle-reused', 'recycled.test', host(newcomer, 'recycled.test')).slice(1),
    ...kept('appview', 'migrated', 'migrated.test', app(migrated, 'migrated.pds-b.test', 'migrated'), gone),
    ...kept('host', 'migrated', 'migrated.test', host(migrated, 'migrated.pds-b.test'), gone),
    ...twice('appview', 'migrated', 'migrated.pds-b.test', app(migrated, 'migrated.pds-b.test', 'migrated')),
    ...twice('host', 'migrated', 'migrated.pds-b.test', host(migrated, 'migrated.pds-b.test')),
    ...twice(
      'appview',
      'did-tombstoned',
      'tombstoned.test',
      app(didOf('did-tombstoned'), 'tombstoned.test', 'tombstoned'),
    ),
    ...twice('host', 'did-tombstoned', 'tombstoned.test', absent('deleted')),
    ...twice('appview', 'pds-gone', 'dangling.test', app(didOf('pds-gone'), 'dangling.test', 'dangling')),
    ...kept('appview', 'handle-mismatch', 'mismatch.test', { kind: 'absent', because: ['renamed'], now }, gone),
    ...kept('host', 'handle-mismatch', 'mismatch.test', host(mismatch, 'somebody-else.test'), gone),
    ...['malformed-not-a-handle', 'malformed-one-label', 'malformed-underscore'].map((name): Case => ({
      name: `the refusal of a wrong question (${name}) as recorded`,
      look: 'appview',
      asked: [{ handle: 'active.test', id: null }],
      answers: () => recorded(`bluesky/appview/app.bsky.actor.getProfile/${name}`),
      says: [inconclusive('unreadable')],
    })),
  ]
}

/** The words that alone can make an absence, under the statuses they come with. */
const WORDS =
  /AccountTakedown|AccountDeactivated|Profile not found|RepoNotFound|DID not (?:available|registered)|Unable to resolve handle|HandleNotFound|"active":\s*false|handle\.invalid/

export const cases: PlatformCases = {
  kind: bluesky,
  settings: { appview: APP, directory: `${DIRECTORY}/`, firehose: [] },
  cases: [...documented, ...(hasRecorded ? recordedCases() : [])],
  isGone: (answers: readonly Answer[]) =>
    answers.some(({ status, text }) => [200, 400, 404, 410].includes(status) && WORDS.test(text)),
  world: (has) => network((handle) => (has(handle) ? person(handle) : undefined)),
  handle: (n) => `somebody-${n}.bsky.social`,
}
