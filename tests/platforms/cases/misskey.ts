import { createHash } from 'node:crypto'
import type { AskRequest } from '../../../src/core/answer.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { misskey } from '../../../src/platforms/misskey.ts'
import { answer } from '../../support/recorded.ts'
import { isUnled, jrdOf, nodeinfoAt } from './fediverse.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const HOST = 'misskey.test'
const BASE = `http://${HOST}`

/** Deterministic, as long as the real ones. */
const idOf = (name: string): string => createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 16)
const uriOf = (name: string, base = BASE): string => `${base}/users/${idOf(name)}`

type User = Readonly<Record<string, unknown>>

const userOf = (name: string, more: User = {}): User => ({
  id: idOf(name),
  name: `Name of ${name}`,
  username: name,
  host: null,
  isLocked: false,
  isSuspended: false,
  movedTo: null,
  alsoKnownAs: null,
  followersCount: 42,
  ...more,
})

const refusal = (code: string, message: string): object => ({
  error: { message, code, id: '4362f8dc-731f-4ad8-a694-be5a88922a24', kind: 'client' },
})
const NOBODY = refusal('NO_SUCH_USER', 'No such user.')

type Server = {
  /** By name or id. */
  readonly users?: readonly User[]
  /** Instead of any user. */
  readonly says?: readonly [status: number, body: unknown]
  readonly finger?: readonly [status: number, body: unknown]
  readonly software?: string
}

function server({ users = [userOf('alice')], says, finger, software = 'misskey' }: Server): Answers {
  const led = finger ?? [200, jrdOf('alice', HOST, uriOf('alice'))]
  return (request) => {
    if (request.url === `${BASE}/.well-known/webfinger?resource=acct:alice@${HOST}`) return answer(request.url, ...led)
    if (request.url !== `${BASE}/api/users/show`) return nodeinfoAt(BASE, software, request)
    if (says !== undefined) return answer(request.url, ...says)
    const found = users.find((user) => isAskedFor(request, user))
    return found === undefined ? answer(request.url, 404, NOBODY) : answer(request.url, 200, found)
  }
}

function isAskedFor({ method, json }: AskRequest, { id, username }: User): boolean {
  const asked = json as { username?: string; userId?: string; host?: null }
  if (method !== 'POST' || (asked.username !== undefined && asked.host !== null)) throw new Error('not how it is asked')
  return asked.userId === id || asked.username?.toLowerCase() === String(username).toLowerCase()
}

const alice = { handle: `alice@${HOST}`, id: null }
const pinned = { handle: `alice@${HOST}`, id: idOf('alice') }
const seen = present({ id: idOf('alice'), handle: `alice@${HOST}`, displayName: 'Name of alice', followers: 42 })
const gone = absent('not_found', 'suspended', 'deleted')
const unreadable = inconclusive('unreadable')

const one = (look: string, name: string, asked: Case['asked'][number], answers: Answers, says: Verdict): Case => ({
  look,
  name,
  asked: [asked],
  answers,
  says: [says],
})

const moving = userOf('alice', { movedTo: idOf('alice2') })

/** By name and by id the interface answers alike. */
const both = (look: 'name' | 'id'): readonly Case[] => [
  one(look, 'an account', pinned, server({}), seen),
  one(look, 'an account that is not pinned', alice, server({}), seen),
  one(look, 'an account that asks who follows', pinned, server({ users: [userOf('alice', { isLocked: true })] }), seen),
  one(
    look,
    'an account without a name of its own',
    pinned,
    server({ users: [userOf('alice', { name: null })] }),
    present({ id: idOf('alice'), handle: `alice@${HOST}`, followers: 42 }),
  ),
  one(look, 'nobody', pinned, server({ users: [] }), gone),
  one(
    look,
    'an account that is shown as suspended',
    pinned,
    server({ users: [userOf('alice', { isSuspended: true })] }),
    absent('suspended'),
  ),
  one(
    look,
    'an account that moved to another server',
    pinned,
    server({ users: [moving, userOf('alice2', { host: 'Other.test' })] }),
    { ...absent('renamed'), now: { id: null, handle: 'alice2@other.test' } },
  ),
  one(look, 'an account that moved within its server', pinned, server({ users: [moving, userOf('alice2')] }), {
    ...absent('renamed'),
    now: { id: idOf('alice2'), handle: `alice2@${HOST}` },
  }),
  one(
    look,
    'an account that moved to whom its server does not show',
    pinned,
    server({ users: [moving] }),
    absent('renamed'),
  ),
  one(look, 'somebody else', pinned, server({ says: [200, userOf('bob')] }), unreadable),
  one(
    look,
    'a namesake on another server',
    pinned,
    server({ says: [200, userOf('alice', { host: 'other.test' })] }),
    unreadable,
  ),
  one(
    look,
    'that a remote account could not be fetched',
    pinned,
    server({ says: [500, refusal('FAILED_TO_RESOLVE_REMOTE_USER', 'Failed to resolve remote user.')] }),
    inconclusive('platform_error'),
  ),
  one(
    look,
    'words that we do not know',
    pinned,
    server({ says: [404, refusal('NO_SUCH_NOTE', 'No such note.')] }),
    unreadable,
  ),
  one(look, 'nobody, under another status', pinned, server({ says: [400, NOBODY] }), unreadable),
]

/** By its id nobody else can answer. */
const strangers: readonly Case[] = [
  one('name', 'a stranger who has moved', { ...pinned, id: idOf('old-alice') }, server({ users: [moving] }), seen),
  one(
    'name',
    'a stranger who is suspended',
    { ...pinned, id: idOf('old-alice') },
    server({ users: [userOf('alice', { isSuspended: true })] }),
    seen,
  ),
]

const fingers: readonly Case[] = [
  one('webfinger', 'an account', pinned, server({}), present({ id: idOf('alice'), handle: `alice@${HOST}` })),
  one(
    'webfinger',
    'an account that its server hides from visitors',
    pinned,
    server({ says: [404, NOBODY] }),
    present({ id: idOf('alice'), handle: `alice@${HOST}` }),
  ),
  one(
    'webfinger',
    'a stranger under the name',
    { ...pinned, id: idOf('old-alice') },
    server({}),
    present({ id: idOf('alice'), handle: `alice@${HOST}` }),
  ),
  one('webfinger', 'nobody', pinned, server({ finger: [404, ''] }), gone),
  one(
    'webfinger',
    'nobody on a server that is none',
    pinned,
    server({ finger: [404, '<h1>Not Found</h1>'] }),
    unreadable,
  ),
  one('webfinger', 'a server that is closed to others', pinned, server({ finger: [403, ''] }), inconclusive('blocked')),
  one('webfinger', 'the wrong host', pinned, server({ finger: [422, ''] }), unreadable),
  one(
    'webfinger',
    'an actor without an id of Misskey’s kind',
    pinned,
    server({ finger: [200, jrdOf('alice', HOST, `${BASE}/actors/alice`)] }),
    unreadable,
  ),
]

/** Any number of servers. By id they are asked about whom they were asked by name before, or about the first thousand. */
const world = (has: (handle: string) => boolean): Answers => {
  const names = new Map(Array.from({ length: 1_000 }, (_, n) => [idOf(`somebody_${n}`), `somebody_${n}`]))
  return (request) => {
    const { origin, host, pathname, searchParams } = new URL(request.url)
    const resource = /^acct:(.+)@.+$/.exec(searchParams.get('resource') ?? '')?.[1]
    if (resource !== undefined) {
      const isThere = has(`${resource}@${host}`)
      return isThere
        ? answer(request.url, 200, jrdOf(resource, host, uriOf(resource, origin)))
        : answer(request.url, 404, '')
    }
    if (pathname !== '/api/users/show') return nodeinfoAt(origin, 'misskey', request)
    const asked = request.json as { username?: string; userId?: string }
    if (asked.username !== undefined) names.set(idOf(asked.username), asked.username)
    const name = asked.username ?? names.get(asked.userId ?? '')
    return name !== undefined && has(`${name}@${host}`)
      ? answer(request.url, 200, userOf(name))
      : answer(request.url, 404, NOBODY)
  }
}

export const cases: PlatformCases = {
  kind: misskey,
  settings: { hosts: { [HOST]: BASE } },
  cases: [...both('name'), ...strangers, ...both('id'), ...fingers],
  isGone: (answers) =>
    answers.some((said) => isUnled(said) || /NO_SUCH_USER|"isSuspended"\s*:\s*true|"movedTo"\s*:\s*"/.test(said.text)),
  world,
  handle: (n) => `somebody_${n}@server${n % 7}.test`,
}
