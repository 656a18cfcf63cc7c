import { createRoute, type OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Desk } from '../../core/desk.ts'
import type { DoorEnv } from './env.ts'
import { problemShape } from './problem.ts'

/** The app that all routes are put into. */
export type Doors = OpenAPIHono<DoorEnv>

/** What the routes are about. */
export type RouteParts = { readonly desk: Desk }

const FAULTS = {
  400: 'A parameter, the cursor or the body does not fit',
  401: 'No token, or not a known one',
  403: 'A viewer may not act; a page of another origin may not either',
  404: 'There is none such',
  409: 'Not in this state',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests',
  503: 'Not ready',
} as const

/** The problems that routes may answer with. */
type FaultStatus = keyof typeof FAULTS

const faultOf = (status: FaultStatus) => ({
  description: FAULTS[status],
  content: { 'application/problem+json': { schema: problemShape } },
})

const EVERYWHERE: readonly FaultStatus[] = [401, 403, 429]

/** The problems a route may answer with: these, and those of every route. */
export const faultsOf = (statuses: readonly FaultStatus[]) =>
  Object.fromEntries([...EVERYWHERE, ...statuses].map((status) => [status, faultOf(status)]))

type Route<P extends string, S extends z.ZodType, R> = {
  readonly method: 'get' | 'post' | 'delete'
  readonly path: P
  readonly summary: string
  readonly request: R
  readonly answer: S
  readonly faults: readonly FaultStatus[]
}

/** A route that answers with JSON, described with the problems it may answer with instead. */
export function jsonRoute<P extends string, S extends z.ZodType, const R extends NonNullable<RouteConfig['request']>>(
  route: Route<P, S, R>,
) {
  const { method, path, summary, request, answer } = route
  const ok = { 200: { description: summary, content: { 'application/json': { schema: answer } } } }
  const responses: typeof ok = { ...faultsOf(route.faults), ...ok }
  const role = method === 'get' ? 'viewer' : 'operator'
  return createRoute({ method, path, summary, description: `Role: ${role}.`, security, request, responses })
}

/** For the description of a route: it takes a token. */
export const security = [{ bearer: [] }]
