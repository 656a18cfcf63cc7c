import type { StateHolder } from '../client/index.ts'
import type { Api } from './api.ts'

const RECENT = 20
const MOST_OPEN = 100
const MOST_FLAGGED = 10

/** Asks for what the socket does not tell. */
export type Loader = {
  /** What no snapshot holds: outages that are over, what platforms suffer from, what is quiet. */
  load(): Promise<void>
  /** One account with its looks. */
  refresh(account: string): Promise<void>
  /** What changes without a transition: how long an outage is at least, what is seen of an account, of a platform. */
  freshen(): Promise<void>
}

/**
 * Brings into the view what the socket does not tell. What cannot be had now is left as it was: the next turn asks
 * again, and the connection itself says when the server is gone.
 */
export function createLoader(parts: { readonly api: Api; readonly holder: StateHolder; lock(): void }): Loader {
  const { api, holder } = parts

  async function outages(state: 'open' | 'closed', limit: number): Promise<void> {
    const got = await api.outages(state, limit)
    if (got.kind === 'ok') holder.apply({ type: 'outages', outages: got.body.outages })
    if (got.kind === 'unauthorized') parts.lock()
  }

  async function platforms(): Promise<void> {
    const got = await api.platforms()
    if (got.kind === 'ok') holder.apply({ type: 'platforms', platforms: got.body.platforms })
  }

  async function quiets(): Promise<void> {
    const got = await api.quiets()
    if (got.kind === 'ok') holder.apply({ type: 'quiets', quiets: got.body.quiets })
  }

  async function refresh(account: string): Promise<void> {
    const got = await api.account(account)
    if (got.kind === 'ok') holder.apply({ type: 'accounts', accounts: [got.body] })
  }

  return {
    refresh,
    async load() {
      await Promise.all([outages('closed', RECENT), outages('open', MOST_OPEN), platforms(), quiets()])
    },
    async freshen() {
      const { blindness, open } = holder.view()
      const flagged = blindness.filter(({ scope }) => scope === 'account').flatMap(({ accounts }) => accounts)
      await Promise.all(flagged.slice(0, MOST_FLAGGED).map(refresh))
      await Promise.all([platforms(), quiets()])
      if (open.length > 0) await outages('open', MOST_OPEN)
    },
  }
}
