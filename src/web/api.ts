import type { AccountJson, OutageJson, PlatformState, QuietJson } from '../client/index.ts'

/** What became of a request; `detail` is for people. */
export type Got<T> =
  | { readonly kind: 'ok'; readonly body: T }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed'; readonly detail: string }

/** The requests of the page. */
export type Api = ReturnType<typeof createApi>

/** The requests the page makes beside the socket (design 5.3). None of them throws. */
export function createApi(base: string, token: () => string | undefined) {
  async function ask<T>(path: string, body?: unknown): Promise<Got<T>> {
    const held = token()
    const headers = { ...(held === undefined ? {} : { authorization: `Bearer ${held}` }) }
    const post = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...headers, 'content-type': 'application/json' },
    }
    try {
      const response = await fetch(new URL(path, base), body === undefined ? { headers } : post)
      return response.ok ? { kind: 'ok', body: (await response.json()) as T } : await refused(response)
    } catch (fault) {
      return {
        kind: 'failed',
        detail: `The server was not reached (${fault instanceof Error ? fault.message : 'no answer'}).`,
      }
    }
  }

  return {
    account: (address: string) => ask<AccountJson>(`api/v1/accounts/${encodeURIComponent(address)}`),
    outages: (state: 'open' | 'closed', limit: number) =>
      ask<{ readonly outages: readonly OutageJson[] }>(`api/v1/outages?state=${state}&limit=${limit}`),
    platforms: () => ask<{ readonly platforms: readonly PlatformState[] }>('api/v1/platforms'),
    quiets: () => ask<{ readonly quiets: readonly QuietJson[] }>('api/v1/quiet'),
    acknowledge: (outage: string, note: string) =>
      ask<OutageJson>(`api/v1/outages/${encodeURIComponent(outage)}/acknowledge`, { note }),
    /** @param id who was shown: nobody else is accepted */
    accept: (account: string, id: string | null) =>
      ask<AccountJson>(`api/v1/accounts/${encodeURIComponent(account)}/accept`, id === null ? {} : { id }),
  }
}

async function refused<T>(response: Response): Promise<Got<T>> {
  if (response.status === 401) return { kind: 'unauthorized' }
  if (response.status === 403) return { kind: 'forbidden' }
  const problem: unknown = await response.json().catch(() => null)
  const said = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : null
  return { kind: 'failed', detail: typeof said === 'string' ? said : `The server answered ${response.status}.` }
}
