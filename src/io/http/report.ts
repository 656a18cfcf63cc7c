import { createRoute, z } from '@hono/zod-openapi'
import { reportOf } from '../../core/report.ts'
import { reportPartsOf } from '../../core/report-parts.ts'
import { refuse } from './problem.ts'
import { idParam, oneOf } from './query.ts'
import { faultsOf, security, type Doors, type RouteParts } from './route.ts'

const TYPES = {
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
} as const

const text = { schema: z.string() }

const report = createRoute({
  method: 'get',
  path: '/api/v1/outages/{id}/report',
  summary: 'The incident report of an outage',
  description: 'Role: viewer.',
  security,
  request: { params: idParam, query: z.strictObject({ format: oneOf(['md', 'html', 'json']).default('md') }) },
  responses: {
    200: {
      description: 'The report, whole',
      content: {
        'text/markdown': text,
        'text/html': text,
        'application/json': { schema: z.looseObject({}) },
      },
    },
    ...faultsOf([400, 404]),
  },
})

/** What a newsroom or an on-call desk pastes. */
export function reportRoute(doors: Doors, { desk }: RouteParts): void {
  doors.openapi(report, async (c) => {
    const { id } = c.req.valid('param')
    const { format } = c.req.valid('query')
    const outage = (await desk.store.outage(id)) ?? refuse(404, `There is no outage ${id}.`)
    const body = reportOf(await reportPartsOf(outage, desk), format)
    return c.body(body, 200, { 'content-type': TYPES[format] })
  })
}
