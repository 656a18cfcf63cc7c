import { OpenAPIHono } from '@hono/zod-openapi'
import type { IncomingMessage } from 'node:http'
import type { Seat } from '../live.ts'
import { acceptRoute } from './accept.ts'
import { accountRoutes } from './accounts.ts'
import { badgeRoute } from './badge.ts'
import { dashboardRoutes } from './dashboard.ts'
import { deliveryRoutes } from './deliveries.ts'
import { documentRoutes } from './documents.ts'
import { drillRoute } from './drill.ts'
import type { DoorEnv } from './env.ts'
import { feedRoute } from './feed.ts'
import type { Rate } from './flow.ts'
import { guestPages, knownHost, knownOrigin, knownPerson, notTooOften, smallBody, strictHeaders } from './guard.ts'
import { healthRoutes, livez, type Metrics } from './health.ts'
import type { Keys } from './keys.ts'
import { newsRoutes } from './news.ts'
import { outageRoutes } from './outages.ts'
import type { Policy } from './policy.ts'
import { explainFaults, onFault, problem } from './problem.ts'
import type { Doors } from './route.ts'
import { slackRoute, type SlackParts } from './slack.ts'
import { quietRoutes } from './quiet.ts'
import { reportRoute } from './report.ts'
import { socketRoute } from './socket.ts'

/** What the routes and their guards need. */
export type DoorParts = SlackParts & {
  readonly keys: Keys
  readonly policy: Policy
  readonly rate: Rate
  readonly metrics: Metrics
  readonly web: string | null
  readonly publicUrl: string | null
}

/** Every route behind its guards, and who sits behind an upgraded request. The order is the order of the guards. */
export function createDoors(parts: DoorParts): {
  readonly doors: Doors
  readonly seatOf: (request: IncomingMessage) => Seat | null
} {
  const { log, keys, policy } = parts
  const doors: Doors = new OpenAPIHono<DoorEnv>({ defaultHook: explainFaults })
  doors.onError(onFault(log))
  doors.notFound((c) => problem(404, `There is nothing at ${c.req.path}.`))
  doors.use(...strictHeaders())
  doors.get('/livez', livez)
  doors.use(notTooOften(parts.rate))
  slackRoute(doors, parts)
  doors.use(knownHost(keys, policy), knownOrigin(policy))
  doors.use('/api/*', guestPages(policy))
  for (const path of ['/api/*', '/metrics', '/feed.atom', '/badge/*']) doors.use(path, knownPerson(keys))
  doors.use(smallBody())

  accountRoutes(doors, parts)
  acceptRoute(doors, parts)
  outageRoutes(doors, parts)
  reportRoute(doors, parts)
  newsRoutes(doors, parts)
  deliveryRoutes(doors, parts)
  drillRoute(doors, parts)
  quietRoutes(doors, parts)
  feedRoute(doors, parts)
  badgeRoute(doors, parts)
  healthRoutes(doors, parts)
  documentRoutes(doors)
  const { seatOf } = socketRoute(doors, keys)
  refuseOtherMethods(doors)
  dashboardRoutes(doors, parts.web)
  return { doors, seatOf }
}

/** A path that exists answers a wrong method with 405 and the right ones. */
function refuseOtherMethods(doors: Doors): void {
  const methods = new Map<string, Set<string>>([['/', new Set(['GET'])]])
  for (const { method, path } of doors.routes) {
    if (method === 'ALL') continue
    const known = methods.get(path) ?? new Set()
    methods.set(path, known.add(method))
  }
  for (const [path, known] of methods) {
    const allow = [...known].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
    doors.all(path, (c, next) =>
      known.has(c.req.method) || (c.req.method === 'HEAD' && known.has('GET'))
        ? next()
        : Promise.resolve(problem(405, `${c.req.method} is not possible here; ${allow} is.`, { allow })),
    )
  }
}
