import { z } from '@hono/zod-openapi'
import { accountDetail, detailOf } from './account-detail.ts'
import { refuse } from './problem.ts'
import { accountParam } from './query.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { by, note } from './said.ts'

const ID = 'must be text from 1 to 2048 characters'
const said = z.strictObject({
  by,
  note: note(0).optional(),
  id: z.string({ error: ID }).min(1, ID).max(2048, ID).optional().openapi({
    description: 'The id that was seen there: nothing is accepted if it is another one by now',
  }),
})

const accept = jsonRoute({
  method: 'post',
  path: '/api/v1/accounts/{account}/accept',
  summary: 'Pins whoever the handle leads to now; ends an outage, which was about whom we held before',
  request: { params: accountParam, body: { content: { 'application/json': { schema: said } } } },
  answer: accountDetail,
  faults: [400, 404, 409, 413, 415],
})

/** A person's decision on who an account is. */
export function acceptRoute(doors: Doors, { desk }: RouteParts): void {
  doors.openapi(accept, async (c) => {
    const { account: address } = c.req.valid('param')
    const { by: name = c.get('person').name, note: why = '', id = null } = c.req.valid('json')
    const done = await desk.accept(address, { by: name, note: why, id })
    if (!done.ok) refuse(done.refusal === 'not_found' ? 404 : 409, done.detail)
    const watched = desk.account(address) ?? refuse(404, `The account ${address} is not on the roll.`)
    return c.json(await detailOf(desk, watched), 200)
  })
}
