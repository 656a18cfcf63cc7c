import { z } from '@hono/zod-openapi'
import { accountJson, sightingJson } from '../../core/json.ts'
import type { Watched } from '../../core/store.ts'
import { accountDetail, detailOf } from './account-detail.ts'
import { refuse } from './problem.ts'
import { accountParam, cursor, limit, oneOf, text } from './query.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { account } from './shapes.ts'
import { sighting } from './shapes-desk.ts'

const list = jsonRoute({
  method: 'get',
  path: '/api/v1/accounts',
  summary: 'The accounts on the roll, in the order of the configuration',
  request: {
    query: z.strictObject({
      platform: text(100).optional(),
      tag: text(200).optional(),
      belief: oneOf(['unknown', 'up', 'doubted', 'down']).optional(),
      q: text(200).optional().openapi({ description: 'Part of the address or the name' }),
      cursor: cursor.optional(),
      limit,
    }),
  },
  answer: z.object({ accounts: z.array(account), next: z.string().nullable() }).openapi('Accounts'),
  faults: [400],
})

const one = jsonRoute({
  method: 'get',
  path: '/api/v1/accounts/{account}',
  summary: 'One account with its blind spells, outages and availability of the last 90 days',
  request: { params: accountParam },
  answer: accountDetail,
  faults: [404],
})

const check = jsonRoute({
  method: 'post',
  path: '/api/v1/accounts/{account}/check',
  summary: 'Looks at the account now, by every look',
  request: { params: accountParam },
  answer: z.object({ account: z.string(), sightings: z.array(sighting) }).openapi('Checked'),
  faults: [404, 409],
})

/** Whom we watch. */
export function accountRoutes(doors: Doors, { desk }: RouteParts): void {
  const watchedOr404 = (address: string): Watched =>
    desk.account(address) ?? refuse(404, `The account ${address} is not on the roll.`)

  doors.openapi(list, (c) => {
    const { cursor: from, limit: size, ...wish } = c.req.valid('query')
    const found = desk.accounts().filter((watched) => fits(watched, wish))
    const start = from === undefined ? 0 : placeAfter(found, from)
    const page = found.slice(start, start + size)
    const last = start + size < found.length ? page.at(-1) : undefined
    const next = last === undefined ? null : cursorTo(start + size - 1, last.account.account)
    return c.json({ accounts: page.map(accountJson), next }, 200)
  })

  doors.openapi(one, async (c) => c.json(await detailOf(desk, watchedOr404(c.req.valid('param').account)), 200))

  doors.openapi(check, async (c) => {
    const { account: address } = watchedOr404(c.req.valid('param').account).account
    const done = await desk.check(address)
    if (!done.ok) refuse(done.refusal === 'not_found' ? 404 : 409, done.detail)
    return c.json({ account: address, sightings: done.value.map(sightingJson) }, 200)
  })
}

type Wish = {
  platform?: string | undefined
  tag?: string | undefined
  belief?: string | undefined
  q?: string | undefined
}

function fits({ account, belief }: Watched, { platform, tag, belief: kind, q }: Wish): boolean {
  const part = q?.toLowerCase()
  return (
    (platform === undefined || account.platform === platform) &&
    (tag === undefined || account.tags.includes(tag)) &&
    (kind === undefined || belief.kind === kind) &&
    (part === undefined || account.account.toLowerCase().includes(part) || account.name.toLowerCase().includes(part))
  )
}

const cursorTo = (place: number, address: string): string => Buffer.from(`${place} ${address}`).toString('base64url')

/** Behind the account the page before ended with; where it has left the roll since, behind its old place. */
function placeAfter(found: readonly Watched[], from: string): number {
  const [, place, address] = /^(\d{1,9}) (.+)$/s.exec(Buffer.from(from, 'base64url').toString()) ?? []
  if (place === undefined || address === undefined) refuse(400, 'Parameter cursor is not one that was given as next.')
  const index = found.findIndex(({ account }) => account.account === address)
  return index === -1 ? Number(place) : index + 1
}
