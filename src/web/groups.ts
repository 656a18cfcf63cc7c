import type { AccountView, OutageJson, StateView } from '../client/index.ts'

/** The groups of the roll, in the order in which they are shown. */
export const GROUPS = ['down', 'doubted', 'blind', 'up', 'unknown'] as const
/** Where an account stands on the page. */
export type Group = (typeof GROUPS)[number]

/** The first `shown` of a group; `matching` is how many there are to the search, `total` how many without it. */
export type Members = { readonly shown: readonly AccountView[]; readonly matching: number; readonly total: number }
/** The members of each group. */
export type Groups = Readonly<Record<Group, Members>>

/** Where an account belongs: being down or doubted says more than not being seen just now. */
export const groupOf = ({ belief, blind }: Pick<AccountView, 'belief' | 'blind'>): Group =>
  belief === 'down' || belief === 'doubted' ? belief : blind ? 'blind' : belief

/** Whether a search finds an account: every word of it in the address, a name, a tag or the id. */
export function finds(query: string, account: AccountView): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const { identity, name, tags } = account
  const text = [account.account, name, ...tags, identity?.displayName ?? '', identity?.id ?? ''].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}

/**
 * The roll in groups, important accounts first, otherwise in the server's order. One pass, so that a hundred thousand
 * accounts cost as little as the page can.
 *
 * @param caps how many of each are shown
 */
export function groupAccounts(view: StateView, query: string, caps: Readonly<Record<Group, number>>): Groups {
  const found = Object.fromEntries(GROUPS.map((group) => [group, bucket()])) as Record<Group, Bucket>
  const outages = new Map(view.open.map((outage) => [outage.account, outage]))
  for (const account of view.accounts.values()) put(found[groupOf(account)], account, query)
  // Somebody who left the roll while down is still gone.
  for (const outage of outages.values()) {
    if (!view.accounts.has(outage.account)) put(found.down, leftover(outage), query)
  }
  return Object.fromEntries(GROUPS.map((group) => [group, members(found[group], caps[group])])) as Groups
}

type Bucket = { readonly important: AccountView[]; readonly ordinary: AccountView[]; total: number }
const bucket = (): Bucket => ({ important: [], ordinary: [], total: 0 })

function put(into: Bucket, account: AccountView, query: string): void {
  into.total += 1
  if (query === '' || finds(query, account)) (account.important ? into.important : into.ordinary).push(account)
}

const members = ({ important, ordinary, total }: Bucket, cap: number): Members => ({
  shown: [...important.slice(0, cap), ...ordinary.slice(0, Math.max(0, cap - important.length))],
  matching: important.length + ordinary.length,
  total,
})

function leftover(outage: OutageJson): AccountView {
  const colon = outage.account.indexOf(':')
  return {
    account: outage.account,
    platform: outage.account.slice(0, colon),
    handle: outage.account.slice(colon + 1),
    name: outage.name,
    important: false,
    tags: [],
    belief: 'down',
    blind: false,
    because: outage.because,
    outage: outage.id,
    identity: outage.identity,
    lastSightingAt: null,
    lastPresentAt: outage.lastPresentAt,
    looks: [],
    latencyMs: null,
  }
}
