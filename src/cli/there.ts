import { oneLine } from './terminal.ts'

/** Where a Rollcall listens, and whose token is shown there. */
export type There = {
  /** The app's address, with or without a path, or its socket's. */
  readonly url: string
  readonly token: string | undefined
}

/** No answer came. `isNobody`: nothing listens there at all. `reason` is for people. */
type Unreachable = { readonly kind: 'unreachable'; readonly reason: string; readonly isNobody: boolean }

/** `body` is null where `text` is no JSON. */
type Answered = { readonly kind: 'answered'; readonly status: number; readonly text: string; readonly body: unknown }

type Request = {
  readonly body?: object
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** ms. */
  readonly patience?: number
}

/** What was asked for; or why not: the server said so, or nobody was there to say. Reasons are for people. */
export type Done<T> = { readonly kind: 'done'; readonly value: T } | Undone
export type Undone = { readonly kind: 'refused'; readonly reason: string } | Unreachable

/** For a server that waits for nothing but its disk. */
const PATIENCE = 30_000

/**
 * Has a running Rollcall do something.
 *
 * @param path below the app's own, without a slash at its front
 * @param read what its answer holds; null where no Rollcall would give such an answer
 */
export async function doThere<T>(
  there: There,
  path: string,
  request: Request,
  read: (body: unknown, text: string) => T | null,
): Promise<Done<T>> {
  const answer = await askThere(there, path, request)
  if (answer.kind === 'unreachable') return answer
  const { status, body, text } = answer
  const value = status === 200 ? read(body, text) : null
  return value === null ? { kind: 'refused', reason: refusalIn(there, status, body) } : { kind: 'done', value }
}

/** Takes a body that has at least these fields. */
export const withFields =
  <T>(...fields: readonly (keyof T & string)[]) =>
  (body: unknown): T | null =>
    typeof body === 'object' && body !== null && fields.every((field) => field in body) ? (body as T) : null

async function askThere(
  { url, token }: There,
  path: string,
  { body, patience = PATIENCE, method = body === undefined ? 'GET' : 'POST' }: Request,
): Promise<Answered | Unreachable> {
  try {
    const response = await fetch(new URL(path, baseOf(url)), {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    })
    const text = await response.text()
    return { kind: 'answered', status: response.status, text, body: parsed(text) }
  } catch (fault) {
    const why = fault instanceof Error ? wordsOf(fault) : 'no answer'
    return { kind: 'unreachable', reason: `no Rollcall answers at ${url} (${why})`, isNobody: isNobody(fault) }
  }
}

/** The server's own words for a refusal, or that it is none of ours. */
const refusalIn = ({ url }: There, status: number, body: unknown): string =>
  reasonIn(body) ?? `${baseOf(url).origin} answered ${status}, not like a Rollcall.`

/** What paths are under: a proxy may keep Rollcall below a path of its own. */
function baseOf(url: string): URL {
  const base = new URL(url.replace(/^ws/, 'http'))
  base.pathname = base.pathname.replace(/\/(?:live)?$/, '').replace(/\/?$/, '/')
  base.search = base.hash = ''
  return base
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

const reasonIn = (body: unknown): string | null =>
  typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
    ? oneLine(body.detail)
    : null

/** What fetch says of a connection is only that it failed; the reason is its cause. */
const wordsOf = ({ message, cause }: Error): string => (cause instanceof Error && cause.message) || message

/** Nothing listens there: told apart from somebody who listens and does not answer. */
const isNobody = (fault: unknown): boolean =>
  fault instanceof Error &&
  typeof fault.cause === 'object' &&
  fault.cause !== null &&
  'code' in fault.cause &&
  fault.cause.code === 'ECONNREFUSED'
