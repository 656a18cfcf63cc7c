import { createRoute, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import type { Account } from '../../core/account.ts'
import { atomOf, isFollowed, type AtomFeed } from '../../core/atom.ts'
import type { Desk } from '../../core/desk.ts'
import { plainNotice, type Notice } from '../../core/notice.ts'
import { wants, wantsAccount, type Roll, type Wish } from '../../core/tell.ts'
import { accountOf, platformOf, type Transition } from '../../core/transition.ts'
import { text } from './query.ts'
import { faultsOf, security, type Doors, type RouteParts } from './route.ts'

const PATH = '/feed.atom'
const MOST_ENTRIES = 50
/** The newest transitions that are looked through for them: those that are kept in memory for people who resume. */
const LOOKED_THROUGH = 10_000

const query = z.strictObject({
  account: text(300).optional(),
  tag: text(200).optional(),
  platform: text(100).optional(),
})
type Query = z.infer<typeof query>

const route = createRoute({
  method: 'get',
  path: PATH,
  summary: `The newest ${MOST_ENTRIES} transitions of outages, platforms and our sight, as an Atom feed`,
  description: 'Role: viewer. Takes If-None-Match and If-Modified-Since.',
  security,
  request: { query },
  responses: {
    200: { description: 'The feed, newest first', content: { 'application/atom+xml': { schema: z.string() } } },
    304: { description: 'Nothing is new' },
    ...faultsOf([400]),
  },
})

/** What happens, for whoever reads feeds. */
export function feedRoute(doors: Doors, { desk, publicUrl }: RouteParts & { readonly publicUrl: string | null }): void {
  const base = publicUrl ?? ''
  doors.use(PATH, etag())
  doors.openapi(route, async (c) => {
    const asked = c.req.valid('query')
    const found = await followed(desk, asked)
    const updated = found.length === 0 ? desk.startedAt : Math.max(...found.map(({ at }) => at))
    const dated = datedBy(updated, desk.now())
    if (c.req.header('if-none-match') === undefined && isKnown(dated, c.req.header('if-modified-since'))) {
      return c.body(null, 304, { 'cache-control': 'no-cache' })
    }
    const body = atomOf({ ...placeOf(asked, desk.feed.epoch, base), updated, entries: noticesOf(found, desk, base) })
    const headers = { 'content-type': 'application/atom+xml; charset=utf-8', 'cache-control': 'no-cache' }
    return c.body(body, 200, { ...headers, ...(dated !== null && { 'last-modified': dated.toUTCString() }) })
  })
}

/** Each selection is a feed of its own. */
function placeOf(asked: Query, epoch: string, base: string): Pick<AtomFeed, 'key' | 'title' | 'self' | 'home'> {
  const named = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const search = new URLSearchParams(named).toString()
  return {
    key: `${epoch} ${search}`,
    title: named.length === 0 ? 'Rollcall' : `Rollcall: ${named.map(([, value]) => value).join(', ')}`,
    self: `${base}${PATH}${search === '' ? '' : `?${search}`}`,
    home: `${base}/`,
  }
}

/**
 * The second it is of; null while that second lasts, since what still happens in it would then never be asked for
 * (RFC 9110, section 8.8.2.2).
 */
function datedBy(updated: number, now: number): Date | null {
  const second = Math.floor(updated / 1_000) * 1_000
  return now - second < 1_000 ? null : new Date(second)
}

const isKnown = (dated: Date | null, since: string | undefined): boolean =>
  dated !== null && since !== undefined && dated.getTime() <= Date.parse(since)

/** Newest first. */
async function followed(desk: Desk, asked: Query): Promise<readonly Transition[]> {
  const from = Math.max(0, desk.feed.seq() - LOOKED_THROUGH)
  const recent = desk.feed.after(from) ?? (await desk.store.transitionsAfter(from, LOOKED_THROUGH))
  const { account, tag, platform } = asked
  const wish = { types: [], tags: listOf(tag), platforms: listOf(platform), accounts: listOf(account) }
  const roll = rollOf(desk, wish)
  const found: Transition[] = []
  for (let at = recent.length - 1; at >= 0 && found.length < MOST_ENTRIES; at--) {
    const one = recent[at]
    if (one !== undefined && isFollowed(one) && wants(wish, one, roll)) found.push(one)
  }
  return found
}

const listOf = (one: string | undefined): readonly string[] => (one === undefined ? [] : [one])

/** One account of each platform speaks for the others: all of them are wished for, and only that is asked of them. */
function rollOf(desk: Desk, wish: Wish): Roll {
  let speakers: readonly Account[] | null = null
  const speak = (): readonly Account[] => {
    const wished = desk.accounts().flatMap(({ account }) => (wantsAccount(wish, account) ? [account] : []))
    return [...new Map(wished.map((account) => [account.platform, account])).values()]
  }
  return {
    account: (address) => desk.account(address)?.account ?? null,
    some: (test) => (speakers ??= speak()).some(test),
  }
}

function noticesOf(transitions: readonly Transition[], desk: Desk, base: string): readonly Notice[] {
  const platforms = new Map(desk.platforms().map(({ platform }) => [platform.id, platform]))
  return transitions.map((transition) => {
    const address = accountOf(transition)
    const platform = platforms.get(platformOf(transition) ?? '')
    const account = address === null ? null : (desk.account(address)?.account ?? null)
    return plainNotice({
      id: transition.id,
      transition,
      account,
      profileUrl: account === null ? null : (platform?.profileUrl(account.handle) ?? null),
      lookWords: Object.fromEntries((platform?.looks ?? []).map(({ name, words }) => [name, words])),
      link: 'outage' in transition ? `${base}/#/outages/${transition.outage.id}` : null,
    })
  })
}
