import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { REPORT_STYLE } from '../../core/report-html.ts'
import { arrivedAt, clientOf } from './address.ts'
import type { DoorEnv } from './env.ts'
import { createFlows, type Rate } from './flow.ts'
import type { Keys } from './keys.ts'
import type { Policy } from './policy.ts'
import { problem } from './problem.ts'

type Guard = MiddlewareHandler<DoorEnv>

/** The one style that stands in a page of ours: a report is a page of its own, without files. */
const REPORT_STYLE_HASH = `'sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}'`

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS']
const isReading = (method: string): boolean => READING.includes(method)

/** Security headers on every answer, refusals included; no answer is stored unless its handler says otherwise. */
export function strictHeaders(): readonly Guard[] {
  const secure = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", REPORT_STYLE_HASH],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // Whether the address is served over TLS, and for how long, is the proxy's to promise.
    strictTransportSecurity: false,
  })
  const unstored: Guard = async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  }
  return [secure, unstored]
}

/** @param rate for each address; generous, since a newsroom may sit behind one */
export function notTooOften(rate: Rate): Guard {
  const flows = createFlows(rate)
  return async (c, next) => {
    const wait = flows.take(clientOf(c.env.incoming), performance.now())
    if (wait === 0) return next()
    const seconds = Math.ceil(wait / 1000)
    return problem(429, `Too many requests from your address; try again in ${seconds} s.`, {
      'retry-after': String(seconds),
    })
  }
}

/**
 * Where everyone is operator, a page elsewhere could point its own name at this machine (DNS rebinding) and act through
 * the visitor's browser; its name in the Host header gives it away.
 */
export const knownHost =
  (keys: Keys, policy: Policy): Guard =>
  async (c, next) =>
    !keys.isOpen() || policy.allowsHost(c.env.incoming.headers.host)
      ? next()
      : problem(403, 'Without tokens Rollcall answers only to a loopback name or to publicUrl in the Host header.')

/** Pages elsewhere may neither act nor open sockets. Who sends no Origin is no browser. */
export const knownOrigin =
  (policy: Policy): Guard =>
  async (c, next) => {
    const origin = c.req.header('origin')
    const harmless = isReading(c.req.method) && c.req.header('upgrade') === undefined
    if (harmless || origin === undefined || policy.allowsOrigin(origin, arrivedAt(c.env.incoming))) return next()
    return problem(403, 'This Origin may not act here. Add it to origins in the configuration if it should.')
  }

/** Lets the pages listed in `origins` read the answers. */
export const guestPages = (policy: Policy): Guard =>
  cors({
    origin: (origin) => (policy.guests.has(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: ['retry-after'],
    maxAge: 600,
  })

/** Viewers read, operators act: every method but a reading one needs an operator, also on routes added later. */
export const knownPerson =
  (keys: Keys): Guard =>
  async (c, next) => {
    const person = keys.bearer(c.req.header('authorization'))
    if (person === 'missing' || person === 'wrong') {
      const detail = person === 'missing' ? 'Send a token as Authorization: Bearer.' : 'This token is not known.'
      return problem(401, detail, { 'www-authenticate': 'Bearer realm="rollcall"' })
    }
    if (person.role !== 'operator' && !isReading(c.req.method)) {
      return problem(403, `The token ${person.name} may read only; acting needs an operator's token.`)
    }
    c.set('person', person)
    return next()
  }

/** A body holds a note and a few ids. */
const MOST_BODY = 16 * 1024

/** Refuses bodies larger than any route needs, whether or not they say how large they are. */
export const smallBody = (): Guard =>
  bodyLimit({ maxSize: MOST_BODY, onError: () => problem(413, `The body may have at most ${MOST_BODY} bytes.`) })
