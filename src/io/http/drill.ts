import { z } from '@hono/zod-openapi'
import { refuse } from './problem.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { drill } from './shapes-desk.ts'

const route = jsonRoute({
  method: 'post',
  path: '/api/v1/subscribers/{name}/drill',
  summary: 'Sends a marked test by the way notices go, and answers once the target has; a closing follows the opening',
  request: {
    params: z.object({
      name: z
        .string()
        .max(300, 'is too long')
        .openapi({ param: { name: 'name', in: 'path' } }),
    }),
  },
  answer: drill,
  faults: [404],
})

/** Whether a subscriber can be reached, found out before it matters. */
export function drillRoute(doors: Doors, { desk }: RouteParts): void {
  doors.openapi(route, async (c) => {
    const { name } = c.req.valid('param')
    const done = await desk.drill(name)
    if (!done.ok) refuse(done.refusal === 'not_found' ? 404 : 409, done.detail)
    return c.json(done.value, 200)
  })
}
