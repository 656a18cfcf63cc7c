import { createAdaptorServer } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import type { Clock } from '../core/clock.ts'
import { listen, type Running } from './listen.ts'
import type { Scenario, Trouble } from './scenario.ts'
import { standingsAt, troubleAt } from './world.ts'
import { noSuchRoute, tooMany, unauthorized, type Parameter, type XAnswer } from './x-problems.ts'
import { lookUp } from './x-users.ts'

/** X allows an app so many user look-ups in a window; the window is counted from its first request. */
const LIMIT = 300
const WINDOW = 15 * 60_000

/** What the stand-in plays. */
export type StandInParts = {
  readonly scenario: Scenario
  readonly clock: Clock
  /** The bearer token it asks for. */
  readonly bearer: string
}

/**
 * A server on 127.0.0.1 that answers as X API v2 does, as of the clock's now: the four user look-ups, the token, the
 * rate limit and the shapes of every error. It knows nothing of who asks, so that what is tried against it would hold
 * against the real one.
 */
export function createStandIn(parts: StandInParts): { start(): Promise<Running> } {
  return {
    start: () => listen(createAdaptorServer({ fetch: routes(parts).fetch })),
  }
}

function routes({ scenario, clock, bearer }: StandInParts): Hono {
  const limit = createLimit(clock)
  const app = new Hono()
  const answer = (context: Context, parameter: Parameter, values: string | undefined): Response => {
    const now = clock.now()
    const trouble = troubleAt(scenario, now)
    if (trouble?.does === 'login-wall') return loginWall(context, trouble)
    if (context.req.header('authorization') !== `Bearer ${bearer}`) return send(context, unauthorized)
    if (trouble !== null) return send(context, limited(trouble, now))
    const { allowed, headers } = limit()
    const fields = context.req.query('user.fields')
    const found = allowed ? lookUp({ parameter, values, fields }, standingsAt(scenario, now)) : tooMany
    return send(context, { ...found, headers })
  }
  app.use(async (context, next) => {
    await next()
    context.header('date', new Date(clock.now()).toUTCString())
  })
  app.get('/2/users/by', (context) => answer(context, 'usernames', context.req.query('usernames')))
  app.get('/2/users', (context) => answer(context, 'ids', context.req.query('ids')))
  app.get('/2/users/by/username/:username', (context) => answer(context, 'username', context.req.param('username')))
  app.get('/2/users/:id', (context) => answer(context, 'id', context.req.param('id')))
  app.notFound((context) => send(context, noSuchRoute))
  return app
}

const send = (context: Context, { code, body, headers = {} }: XAnswer): Response =>
  context.body(JSON.stringify(body), code as 200, { 'content-type': 'application/json; charset=utf-8', ...headers })

/** Counts in the clock's time, and says so in the headers X uses: the reset is a Unix time in seconds. */
function createLimit(clock: Clock): () => { allowed: boolean; headers: Record<string, string> } {
  let until = -Infinity
  let used = 0
  return () => {
    const now = clock.now()
    if (now >= until) {
      until = now + WINDOW
      used = 0
    }
    used++
    return { allowed: used <= LIMIT, headers: limitHeaders(Math.max(0, LIMIT - used), until) }
  }
}

const limitHeaders = (remaining: number, resetAt: number): Record<string, string> => ({
  'x-rate-limit-limit': `${LIMIT}`,
  'x-rate-limit-remaining': `${remaining}`,
  'x-rate-limit-reset': `${Math.ceil(resetAt / 1000)}`,
})

const limited = (trouble: Trouble & { does: 'rate-limited' }, now: number): XAnswer => ({
  ...tooMany,
  headers:
    trouble.says === 'reset'
      ? limitHeaders(0, trouble.to)
      : { 'retry-after': `${Math.max(1, Math.ceil((trouble.to - now) / 1000))}` },
})

function loginWall(context: Context, { as }: Trouble & { does: 'login-wall' }): Response {
  if (as === 'redirect') return context.redirect('https://x.com/i/flow/login?redirect_after_login=%2F', 302)
  return context.html('<!DOCTYPE html><html lang="en"><head><title>Log in to X / X</title></head><body></body></html>')
}
