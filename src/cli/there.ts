import { oneLine } from './terminal.ts'

/** Where a Rollcall listens, and whose token is shown there. */
export type There = {
  /** The app's address, with or without a path, or its socket's. */
  readonly url: string
  readonly token: string | undefined
}

/** What it answered; or nobody was there to answer. `reason` is for people. */
export type Answered =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly isRefused: boolean }

/**
 * Asks a running Rollcall.
 *
 * @param path below the app's own, without a slash at its front
 * @param patience ms
 */
export async function askThere(
  { url, token }: There,
  path: string,
  { body, patience }: { readonly body?: object; readonly patience: number },
): Promise<Answered> {
  try {
    const response = await fetch(new URL(path, baseOf(url)), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    })
    return { kind: 'answered', status: response.status, body: await response.json().catch(() => null) }
  } catch (fault) {
    const why = fault instanceof Error ? wordsOf(fault) : 'no answer'
    return { kind: 'unreachable', reason: `no Rollcall answers at ${url} (${why})`, isRefused: isNobody(fault) }
  }
}

/** The server's own words for a refusal, or that it is none of ours. */
export const refusalIn = ({ url }: There, status: number, body: unknown): string =>
  reasonIn(body) ?? `${baseOf(url).origin} answered ${status}, not like a Rollcall.`

/** What paths are under: a proxy may keep Rollcall below a path of its own. */
function baseOf(url: string): URL {
  const base = new URL(url.replace(/^ws/, 'http'))
  base.pathname = base.pathname.replace(/\/(?:live)?$/, '').replace(/\/?$/, '/')
  base.search = base.hash = ''
  return base
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
