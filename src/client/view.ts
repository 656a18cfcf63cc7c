import type { AccountJson, OutageJson } from '../core/json.ts'
import type { QuietJson } from '../core/json-desk.ts'
import {
  blindnessOf,
  coveredBy,
  explained,
  foldFlags,
  foldSpells,
  type BlindSpell,
  type PlatformState,
  type SightFrame,
} from './blindness.ts'
import { longestFirst, withOutage, type OutageLists } from './outage-lists.ts'
import type { AccountPulse, Snapshot, TransitionFrame } from './frames.ts'
import { lengthened, pulsed } from './pulsed.ts'

/** An account with what only pulses tell. */
export type AccountView = AccountJson & { readonly latencyMs: number | null }

/** `accounts` is empty when the storm began before we watched. */
export type Trouble = { readonly platform: string; readonly since: string; readonly accounts: readonly string[] }

/** `words` is how people call the look; `home` the server, where the platform has many. */
export type Unreadable = PlatformState['unreadable'][number] & { readonly platform: string }

/** All that a dashboard shows. Never changed: every fold gives a new one, and the same one when nothing changed. */
export type StateView = OutageLists & {
  /** In the server's order. */
  readonly accounts: ReadonlyMap<string, AccountView>
  readonly blindness: readonly BlindSpell[]
  readonly troubled: readonly Trouble[]
  /** Looks whose word does not count now: their controls answer wrongly, or their answers cannot be read. */
  readonly unreadable: readonly Unreadable[]
  /** Times in which notices are held. */
  readonly quiets: readonly QuietJson[]
}

/** What moves a view; the last four bring in what was asked for beside the socket. */
export type ViewChange =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'transition'; readonly transition: TransitionFrame }
  | { readonly type: 'pulse'; readonly pulses: readonly AccountPulse[] }
  | { readonly type: 'accounts'; readonly accounts: readonly AccountJson[] }
  | { readonly type: 'outages'; readonly outages: readonly OutageJson[] }
  | { readonly type: 'platforms'; readonly platforms: readonly PlatformState[] }
  | { readonly type: 'quiets'; readonly quiets: readonly QuietJson[] }

/** The view before anything was heard. */
export const emptyView: StateView = {
  accounts: new Map(),
  open: [],
  recent: [],
  blindness: [],
  troubled: [],
  unreadable: [],
  quiets: [],
}

/** The view after one more change. Pure; a pulse for an account that is not in the view is passed over. */
export function foldView(view: StateView, change: ViewChange): StateView {
  switch (change.type) {
    case 'snapshot':
      return onSnapshot(view, change.snapshot)
    case 'transition':
      return onTransition(view, change.transition)
    case 'pulse':
      return onPulses(view, change.pulses)
    case 'accounts':
      return flagged(
        view,
        change.accounts.map((account) => ({ ...account, latencyMs: latencyOf(view, account) })),
      )
    case 'outages':
      return { ...view, ...change.outages.filter((one) => !isOver(view, one)).reduce(withOutage, lists(view)) }
    case 'platforms':
      return onPlatforms(view, change.platforms)
    case 'quiets':
      return { ...view, quiets: change.quiets }
  }
}

/** An answer that was under way when the outage closed must not open it again. */
const isOver = ({ recent }: StateView, { id, state }: OutageJson): boolean =>
  state === 'open' && recent.some((one) => one.id === id)

const lists = ({ open, recent }: StateView): OutageLists => ({ open, recent })

const latencyOf = (view: StateView, { account }: AccountJson): number | null =>
  view.accounts.get(account)?.latencyMs ?? null

function onSnapshot(view: StateView, { accounts, outages }: Snapshot): StateView {
  const isOpen = new Set(outages.map(({ id }) => id))
  return {
    accounts: new Map(accounts.map((one) => [one.account, { ...one, latencyMs: latencyOf(view, one) }])),
    open: outages.toSorted(longestFirst),
    recent: view.recent.filter(({ id }) => !isOpen.has(id)),
    blindness: blindnessOf(accounts),
    // A snapshot does not speak of platforms.
    troubled: [],
    unreadable: [],
    quiets: view.quiets,
  }
}

function withAccounts(view: StateView, changed: readonly AccountView[]): StateView {
  if (changed.length === 0) return view
  const accounts = new Map(view.accounts)
  for (const one of changed) accounts.set(one.account, one)
  return { ...view, accounts }
}

const flagged = (view: StateView, changed: readonly AccountView[]): StateView => {
  const next = withAccounts(view, changed)
  return next === view ? view : { ...next, blindness: foldFlags(view.blindness, changed) }
}

function onPulses(view: StateView, pulses: readonly AccountPulse[]): StateView {
  const open = lengthened(view.open, pulses)
  return flagged(
    open === view.open ? view : { ...view, open },
    pulses.flatMap((pulse) => pulsed(view.accounts.get(pulse.account), pulse)),
  )
}

function onTransition(view: StateView, frame: TransitionFrame): StateView {
  if ('outage' in frame) return onOutage(view, frame.name, frame.outage)
  // A look that cannot be read leaves accounts to the other looks; the platforms tell of it.
  if ('scope' in frame) return isOfAccounts(frame) ? onSight(view, frame) : view
  if ('accounts' in frame) {
    const { platform, since, accounts } = frame
    const others = view.troubled.filter((one) => one.platform !== platform)
    return {
      ...view,
      troubled: frame.name === 'platform.troubled' ? [...others, { platform, since, accounts }] : others,
    }
  }
  return view
}

function onOutage(view: StateView, name: string, outage: OutageJson): StateView {
  const next = { ...view, ...withOutage(lists(view), outage) }
  const account = view.accounts.get(outage.account)
  if (account === undefined) return next
  if (outage.state === 'open') {
    return withAccounts(next, [{ ...account, belief: 'down', because: outage.because, outage: outage.id }])
  }
  // A word said about an outage long over changes nothing for the account.
  if (name !== 'outage.closed' || (account.outage !== null && account.outage !== outage.id)) return next
  const lastPresentAt = outage.firstPresentAt ?? account.lastPresentAt
  const identity = outage.accepted?.identity ?? account.identity
  return withAccounts(next, [{ ...account, belief: 'up', because: [], outage: null, lastPresentAt, identity }])
}

const isOfAccounts = (frame: Extract<TransitionFrame, { readonly scope: string }>): frame is SightFrame =>
  frame.scope !== 'look'

function onSight(view: StateView, frame: SightFrame): StateView {
  const covered = coveredBy(frame, view.accounts.values())
  const blind = frame.name === 'sight.lost'
  const changed = covered.flatMap((address) => {
    const account = view.accounts.get(address)
    return account === undefined || account.blind === blind ? [] : [{ ...account, blind }]
  })
  return { ...withAccounts(view, changed), blindness: foldSpells(view.blindness, frame, covered) }
}

function onPlatforms(view: StateView, platforms: readonly PlatformState[]): StateView {
  const troubled = platforms.flatMap(({ platform, troubledSince: since }): readonly Trouble[] => {
    const known = view.troubled.find((one) => one.platform === platform)
    return since === null ? [] : [known ?? { platform, since, accounts: [] }]
  })
  const unreadable = platforms.flatMap(({ platform, unreadable: looks }) =>
    looks.map((look) => ({ platform, ...look })),
  )
  return { ...view, troubled, unreadable, blindness: explained(view.blindness, platforms) }
}
