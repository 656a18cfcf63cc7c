import { createRoute, z } from '@hono/zod-openapi'
import { badgeOf } from '../../core/badge.ts'
import { refuse } from './problem.ts'
import { accountParam } from './query.ts'
import { faultsOf, security, type Doors, type RouteParts } from './route.ts'

const SUFFIX = '.svg'

const route = createRoute({
  method: 'get',
  path: `/badge/{account}${SUFFIX}`,
  summary: 'How an account stands, as a small picture',
  description: 'Role: viewer.',
  security,
  request: { params: accountParam },
  responses: {
    200: { description: 'The picture', content: { 'image/svg+xml': { schema: z.string() } } },
    ...faultsOf([404]),
  },
})

/** For a wiki, a status page or a wall: one account, seen from afar. */
export function badgeRoute(doors: Doors, { desk }: RouteParts): void {
  doors.openAPIRegistry.registerPath(route)
  // What stands behind a parameter in the same part of a path would be taken for a part of its name.
  doors.get('/badge/:file{.+\\.svg}', (c) => {
    const address = c.req.param('file').slice(0, -SUFFIX.length)
    const watched = desk.account(address) ?? refuse(404, `The account ${address} is not on the roll.`)
    return c.body(badgeOf(watched, desk.now()), 200, {
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'max-age=15',
    })
  })
}
