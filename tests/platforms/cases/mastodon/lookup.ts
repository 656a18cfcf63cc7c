import { absent, inconclusive, present } from '../../../../src/core/verdict.ts'
import { jrdOf } from '../fediverse.ts'
import type { Answers, Case } from '../kind.ts'
import {
  accountOf,
  alice,
  bare,
  errorPage,
  html,
  identityOf,
  json,
  needsToken,
  nobody,
  notFound,
  one,
  pinned,
  server,
  suspended,
  suspendedOf,
  unreadable,
  uriOf,
  type Said,
} from './server.ts'

const lookups: readonly Case[] = [
  one('lookup', 'an account', alice, server({}), present(identityOf('alice'))),
  one('lookup', 'a pinned account', pinned, server({}), present(identityOf('alice'))),
  ...(['locked', 'limited', 'memorial'] as const).map((state) =>
    one(
      'lookup',
      `an account that is ${state}`,
      pinned,
      server({ lookup: json(200, { ...accountOf('alice'), [state]: true }) }),
      present(identityOf('alice')),
    ),
  ),
  one(
    'lookup',
    'an account that hides its audience',
    pinned,
    server({ lookup: json(200, { ...accountOf('alice'), followers_count: -1 }) }),
    present({ id: uriOf('alice'), handle: 'alice@m.test', displayName: 'Name of alice' }),
  ),
  one(
    'lookup',
    'an account on a server that shows no URI',
    pinned,
    server({ lookup: json(200, { ...accountOf('alice'), uri: undefined }) }),
    present(identityOf('alice')),
  ),
  one(
    'lookup',
    'a stranger under the name',
    { ...pinned, id: uriOf('old-alice') },
    server({}),
    present(identityOf('alice')),
  ),
  one(
    'lookup',
    'a stranger who has moved',
    { ...pinned, id: uriOf('old-alice') },
    server({ lookup: json(200, { ...accountOf('alice'), moved: accountOf('bob') }) }),
    present(identityOf('alice')),
  ),
  one(
    'lookup',
    'an account and another in WebFinger',
    alice,
    server({ finger: json(200, jrdOf('alice', 'm.test', uriOf('somebody-else'))) }),
    unreadable,
  ),
  one('lookup', 'an account that WebFinger does not know', alice, server({ finger: bare(404) }), unreadable),
  one(
    'lookup',
    'an account suspended for a time',
    pinned,
    server({ lookup: json(200, suspendedOf('alice')) }),
    suspended,
  ),
  one(
    'lookup',
    'an account suspended for good, or deleted',
    pinned,
    server({ finger: bare(410), lookup: json(200, suspendedOf('alice')) }),
    suspended,
  ),
  one(
    'lookup',
    'an account suspended before it was ever seen',
    alice,
    server({ finger: bare(410), lookup: json(200, suspendedOf('alice')) }),
    suspended,
  ),
  one(
    'lookup',
    'an account that moved to another server',
    pinned,
    server({
      lookup: json(200, {
        ...accountOf('alice'),
        moved: { ...accountOf('alice', 'other.test'), acct: 'alice@other.test' },
      }),
    }),
    { ...absent('renamed'), now: { id: uriOf('alice', 'other.test'), handle: 'alice@other.test' } },
  ),
  one(
    'lookup',
    'an account that moved within its server',
    pinned,
    server({ lookup: json(200, { ...accountOf('alice'), moved: accountOf('alice2') }) }),
    { ...absent('renamed'), now: { id: uriOf('alice2'), handle: 'alice2@m.test' } },
  ),
  one('lookup', 'a name that nobody has', alice, server({ finger: bare(404), lookup: notFound }), nobody),
  one(
    'lookup',
    'a pinned account whose name nobody has',
    pinned,
    server({ finger: bare(410), lookup: notFound }),
    nobody,
  ),
  one('lookup', 'somebody else', pinned, server({ lookup: json(200, accountOf('bob')) }), unreadable),
  one(
    'lookup',
    'a namesake on another server',
    pinned,
    server({ lookup: json(200, { ...accountOf('alice'), acct: 'alice@other.test' }) }),
    unreadable,
  ),
  one('lookup', 'words that we do not know', pinned, server({ lookup: json(404, { error: 'Not Found' }) }), unreadable),
  one('lookup', 'a page in the place of an answer', pinned, server({ lookup: errorPage(404, 'Nobody') }), unreadable),
  one(
    'lookup',
    'a remote copy that could not be fetched',
    pinned,
    server({ lookup: json(503, { error: 'Remote data could not be fetched' }) }),
    inconclusive('platform_error'),
  ),
  one(
    'lookup',
    'a limit',
    pinned,
    server({ lookup: json(429, { error: 'Too many requests' }) }),
    inconclusive('rate_limited'),
  ),
]

const closed: readonly Case[] = [
  one(
    'lookup',
    'an account by its page, where the interface needs a token',
    pinned,
    server({ lookup: needsToken }),
    present({ id: uriOf('alice'), handle: 'alice@m.test' }),
  ),
  one(
    'lookup',
    'a stranger by the page',
    { ...pinned, id: uriOf('old-alice') },
    server({ lookup: needsToken }),
    present({ id: uriOf('alice'), handle: 'alice@m.test' }),
  ),
  one(
    'lookup',
    'a page that WebFinger does not lead to',
    alice,
    server({ lookup: needsToken, finger: bare(404) }),
    unreadable,
  ),
  one(
    'lookup',
    'by its page an account suspended for a time',
    pinned,
    server({ lookup: needsToken, page: errorPage(403, 'You don’t have permission to view this page.') }),
    suspended,
  ),
  one(
    'lookup',
    'by its page an account suspended for good',
    pinned,
    server({ lookup: needsToken, finger: bare(410), page: errorPage(410, 'It doesn’t exist here anymore.') }),
    suspended,
  ),
  one(
    'lookup',
    'by its page a name that nobody has',
    alice,
    server({ lookup: needsToken, finger: bare(404), page: errorPage(404, 'It isn’t here.') }),
    nobody,
  ),
  one(
    'lookup',
    'a refusal that is not the server’s own',
    pinned,
    server({ lookup: needsToken, page: html(403, 'Forbidden', '<body></body>') }),
    inconclusive('blocked'),
  ),
  one(
    'lookup',
    'GoToSocial’s words on another server’s page',
    pinned,
    server({ lookup: needsToken, page: html(404, 'm.test', '<body><h1>404: Not Found</h1></body>') }),
    unreadable,
  ),
  one(
    'lookup',
    'a server that shows its pages to members only',
    pinned,
    server({ lookup: needsToken, page: [302, '', { location: 'https://m.test/auth/sign_in' }] }),
    inconclusive('blocked'),
  ),
]

const pleromaOf = (said: Said, finger?: Said): Answers =>
  server({ software: 'akkoma', lookup: said, ...(finger && { finger }) })
const pleroma: readonly Case[] = [
  one(
    'lookup',
    'an account on Akkoma',
    alice,
    pleromaOf(json(200, { ...accountOf('alice'), uri: undefined, pleroma: { ap_id: uriOf('alice') } })),
    present(identityOf('alice')),
  ),
  one(
    'lookup',
    'nobody on Akkoma',
    pinned,
    pleromaOf(json(404, { error: "Can't find user" }), json(404, '"Couldn\'t find user"')),
    absent('not_found', 'deactivated', 'suspended', 'deleted'),
  ),
]

export const lookupCases: readonly Case[] = [...lookups, ...closed, ...pleroma]
