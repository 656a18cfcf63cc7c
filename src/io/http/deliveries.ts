import { z } from '@hono/zod-openapi'
import type { Again } from '../../core/again.ts'
import { iso } from '../../core/json.ts'
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
  summary: 'Makes a refused or expired delivery due now, with whatever of the same matter was not told either',
  request: { params: idParam },
  answer: z.object({ id: z.string(), state: z.literal('due') }).openapi('Retried'),
  faults: [404, 409],
})

function whyNot(id: string, again: Exclude<Again, { kind: 'due' | 'unknown' }>): string {
  switch (again.kind) {
    case 'told':
      return `${id} was told${again.at === null ? '' : ` at ${iso(again.at)}`}${again.by === null ? '' : `, by ${again.by}`}.`
    case 'busy':
      return `${again.by}, which is later, is being told just now: try again in a moment.`
    case 'overtaken': {
      const { name, at } = again.transition
      return `Too late for ${id}: ${name} of ${iso(at)} has been told since (${again.by}), and is never overtaken.`
    }
  }
}

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
    const again = await desk.retry(id)
    if (again.kind === 'unknown') refuse(404, `There is no delivery ${id}.`)
    if (again.kind !== 'due') refuse(409, whyNot(id, again))
    return c.json({ id, state: 'due' as const }, 200)
  })
}
