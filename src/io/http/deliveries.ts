import { z } from '@hono/zod-openapi'
import { deliveryJson } from '../../core/json-desk.ts'
import { refuse } from './problem.ts'
import { cursor, idParam, limit, oneOf } from './query.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { delivery, DELIVERY_STATES } from './shapes-desk.ts'
import { fromStore } from './stored.ts'

const list = jsonRoute({
  method: 'get',
  path: '/api/v1/deliveries',
  summary: 'Notices owed, told, refused and expired',
  request: {
    query: z.strictObject({ state: oneOf(DELIVERY_STATES).optional(), cursor: cursor.optional(), limit }),
  },
  answer: z.object({ deliveries: z.array(delivery), next: z.string().nullable() }).openapi('Deliveries'),
  faults: [400],
})

const retry = jsonRoute({
  method: 'post',
  path: '/api/v1/deliveries/{id}/retry',
  summary: 'Makes a refused or expired delivery due now',
  request: { params: idParam },
  answer: z.object({ id: z.string(), state: z.literal('due') }).openapi('Retried'),
  faults: [404],
})

/** What is owed to subscribers. */
export function deliveryRoutes(doors: Doors, { desk }: RouteParts): void {
  doors.openapi(list, async (c) => {
    const { state, cursor, limit } = c.req.valid('query')
    const wish = { ...(state !== undefined && { state }), ...(cursor !== undefined && { cursor }), limit }
    const page = await fromStore(desk.store.deliveries(wish))
    return c.json({ deliveries: page.items.map(deliveryJson), next: page.next }, 200)
  })

  doors.openapi(retry, async (c) => {
    const { id } = c.req.valid('param')
    const isDue = await desk.retry(id)
    if (!isDue) refuse(404, `There is no refused or expired delivery ${id}.`)
    return c.json({ id, state: 'due' as const }, 200)
  })
}
