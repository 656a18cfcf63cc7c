import { STATUS_CODES } from 'node:http'
import { z, type Hook } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Log } from '../../core/log.ts'
import type { DoorEnv } from './env.ts'

/** RFC 9457. `errors` names each parameter at fault. */
export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ in: z.string(), name: z.string(), detail: z.string() })).optional(),
  })
  .openapi('Problem')

type Fault = { readonly in: string; readonly name: string; readonly detail: string }

/** A problem as an answer. @param detail for people; it goes out as it is, so nothing in it may be secret */
export function problem(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
  errors?: readonly Fault[],
): Response {
  const title = STATUS_CODES[status] ?? 'Error'
  const body = { type: 'about:blank', title, status, detail, ...(errors && { errors }) }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}

const PLACES: Readonly<Record<string, string>> = { query: 'Parameter', param: 'Path part', json: 'Field' }

/** The one place where a request that does not fit the contract is answered. Values are not echoed. */
export const explainFaults: Hook<unknown, DoorEnv, string, Response | undefined> = (outcome) => {
  if (outcome.success) return undefined
  const faults = outcome.error.issues.flatMap((issue): Fault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => ({ in: outcome.target, name, detail: 'is not known here' }))
      : [{ in: outcome.target, name: issue.path.join('.'), detail: issue.message }],
  )
  const place = PLACES[outcome.target] ?? 'Value'
  const detail = faults.map((fault) => `${fault.name === '' ? 'The body' : `${place} ${fault.name}`} ${fault.detail}.`)
  return problem(400, detail.join(' '), {}, faults)
}

const SAID: Readonly<Record<number, string>> = {
  415: 'Send the body as application/json.',
}

/** What was thrown: a refusal goes out as it is; a fault of ours is logged and told without its inside. */
export const onFault =
  (log: Log) =>
  (fault: Error, c: Context<DoorEnv>): Response => {
    if (fault instanceof HTTPException) return problem(fault.status, SAID[fault.status] ?? fault.message)
    log.error('request_failed', { method: c.req.method, route: c.req.path, fault: fault.message })
    return problem(500, 'Rollcall failed to answer this; its log says why.')
  }

/** Ends a handler with a problem. */
export function refuse(status: 400 | 404 | 409 | 503, detail: string): never {
  throw new HTTPException(status, { message: detail })
}
