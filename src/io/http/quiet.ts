import { z } from '@hono/zod-openapi'
import { parseDuration } from '../../core/durations.ts'
import { quietJson } from '../../core/json-desk.ts'
import { isQuieted, type Quiet } from '../../core/quiet.ts'
import { refuse } from './problem.ts'
import { idParam } from './query.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { by } from './said.ts'
import { quiet } from './shapes-desk.ts'

const DAY = 86_400_000
const LONGEST = 30 * DAY

const OF = 'must be an account on the roll or a tag'
const FOR = 'must be a duration such as 2h, at most 30d'
const BECAUSE = 'must be text from 1 to 500 characters'

const said = z.strictObject({
  of: z.string({ error: OF }).trim().min(1, OF).max(300, OF),
  for: z
    .string({ error: FOR })
    .transform((text) => parseDuration(text) ?? Number.NaN)
    .pipe(z.number({ error: FOR }).max(LONGEST, FOR))
    .openapi({ type: 'string', example: '2h' }),
  because: z.string({ error: BECAUSE }).trim().min(1, BECAUSE).max(500, BECAUSE),
  by,
})

const list = jsonRoute({
  method: 'get',
  path: '/api/v1/quiet',
  summary: 'Times in which notices are held, as long as they last',
  request: {},
  answer: z.object({ quiets: z.array(quiet) }).openapi('Quiets'),
  faults: [],
})

const begin = jsonRoute({
  method: 'post',
  path: '/api/v1/quiet',
  summary: 'Holds notices about an account, or about all with a tag; looking and recording go on',
  request: { body: { required: true, content: { 'application/json': { schema: said } } } },
  answer: quiet,
  faults: [400, 404, 413, 415],
})

const end = jsonRoute({
  method: 'delete',
  path: '/api/v1/quiet/{id}',
  summary: 'Ends it before its time: what it held is due now',
  request: { params: idParam },
  answer: quiet,
  faults: [404],
})

/** Maintenance. */
export function quietRoutes(doors: Doors, { desk }: RouteParts): void {
  const shown = (one: Quiet) => quietJson(one, desk.accounts().filter(({ account }) => isQuieted(one, account)).length)

  doors.openapi(list, (c) => c.json({ quiets: desk.quiets().map(shown) }, 200))

  doors.openapi(begin, async (c) => {
    const { of, for: forMs, because, by: name = c.get('person').name } = c.req.valid('json')
    const done = await desk.quiet({ of, forMs, because, by: name })
    return done.ok ? c.json(shown(done.value), 200) : refuse(404, done.detail)
  })

  doors.openapi(end, async (c) => {
    const done = await desk.endQuiet(c.req.valid('param').id)
    return done.ok ? c.json(shown(done.value), 200) : refuse(404, done.detail)
  })
}
