import { z } from '@hono/zod-openapi'
import type { Done } from '../../core/desk.ts'
import { outageJson, type OutageJson } from '../../core/json.ts'
import { chainedJson, deliveryJson } from '../../core/json-desk.ts'
import type { Outage, Remark } from '../../core/outage.ts'
import { allOf } from './history.ts'
import { refuse } from './problem.ts'
import { cursor, idParam, instantIn, limit, oneOf, text } from './query.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { by, note } from './said.ts'
import { outage } from './shapes.ts'
import { chained, delivery } from './shapes-desk.ts'
import { fromStore } from './stored.ts'

const list = jsonRoute({
  method: 'get',
  path: '/api/v1/outages',
  summary: 'Outages, newest first',
  request: {
    query: z.strictObject({
      state: oneOf(['open', 'closed']).optional(),
      account: text(300).optional(),
      from: instantIn.optional(),
      to: instantIn.optional(),
      cursor: cursor.optional(),
      limit,
    }),
  },
  answer: z.object({ outages: z.array(outage), next: z.string().nullable() }).openapi('Outages'),
  faults: [400],
})

const one = jsonRoute({
  method: 'get',
  path: '/api/v1/outages/{id}',
  summary: 'One outage with its sightings, their evidence and its deliveries',
  request: { params: idParam },
  answer: outage.extend({ sightings: z.array(chained), deliveries: z.array(delivery) }).openapi('OutageDetail'),
  faults: [404],
})

const said = (least: number) => z.strictObject({ by, note: note(least) })

const remarkRoute = <P extends string>(path: P, summary: string, body: ReturnType<typeof said>) =>
  jsonRoute({
    method: 'post',
    path,
    summary,
    request: { params: idParam, body: { required: true, content: { 'application/json': { schema: body } } } },
    answer: outage,
    faults: [400, 404, 409, 413, 415],
  })

const ACTS = {
  acknowledge: remarkRoute(
    '/api/v1/outages/{id}/acknowledge',
    'Stops reminders and escalation of this outage',
    said(0),
  ),
  annotate: remarkRoute('/api/v1/outages/{id}/annotate', 'Adds a note', said(1)),
  retract: remarkRoute('/api/v1/outages/{id}/retract', 'Takes an outage back', said(1)),
} as const

/** What happened, and what people say about it. */
export function outageRoutes(doors: Doors, { desk }: RouteParts): void {
  const shown = (one: Outage): OutageJson =>
    outageJson(one, desk.account(one.account)?.account.name ?? one.account, desk.now())

  doors.openapi(list, async (c) => {
    const { state, account, from, to, cursor, limit } = c.req.valid('query')
    // An open outage has lasted until now, and not longer.
    if (from !== undefined && from > desk.now()) return c.json({ outages: [], next: null }, 200)
    const page = await fromStore(
      desk.store.outages({
        ...(state !== undefined && { state }),
        ...(account !== undefined && { account: desk.account(account)?.account.account ?? account }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(cursor !== undefined && { cursor }),
        limit,
      }),
    )
    return c.json({ outages: page.items.map(shown), next: page.next }, 200)
  })

  doors.openapi(one, async (c) => {
    const { id } = c.req.valid('param')
    const found = (await desk.store.outage(id)) ?? refuse(404, `There is no outage ${id}.`)
    const [sightings, deliveries] = await Promise.all([
      desk.store.sightingsOf(id),
      allOf((next) => desk.store.deliveries({ outage: id, limit: 500, ...next })),
    ])
    const body = {
      ...shown(found),
      sightings: sightings.map(chainedJson),
      deliveries: deliveries.map(deliveryJson),
    }
    return c.json(body, 200)
  })

  const act = (route: (typeof ACTS)[keyof typeof ACTS], does: (id: string, remark: Remark) => Promise<Done<Outage>>) =>
    doors.openapi(route, async (c) => {
      const said = c.req.valid('json')
      const remark = { at: desk.now(), by: said.by ?? c.get('person').name, note: said.note }
      const done = await does(c.req.valid('param').id, remark)
      if (!done.ok) refuse(done.refusal === 'not_found' ? 404 : 409, done.detail)
      return c.json(shown(done.value), 200)
    })

  act(ACTS.acknowledge, (id, remark) => desk.acknowledge(id, remark))
  act(ACTS.annotate, (id, remark) => desk.annotate(id, remark))
  act(ACTS.retract, (id, remark) => desk.retract(id, remark))
}
