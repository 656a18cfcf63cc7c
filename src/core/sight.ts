import type { Blindness } from './desk.ts'
import type { Extent, SightChange } from './transition.ts'
import { CAUSES, type Cause } from './verdict.ts'

/** How one account has been seen lately. */
export type Glimpse = {
  readonly account: string
  readonly platform: string
  /** Newest conclusive sighting, or when we began to watch; epoch ms. */
  readonly since: number
  /** When this run began to watch it, epoch ms. Nobody looked before: it has a whole `blindAfterMs` from here. */
  readonly watchedFrom: number
  readonly blindAfterMs: number
  /** Why the newest sighting was inconclusive; null when it was conclusive or there is none. */
  readonly cause: Cause | null
}

/** What is remembered from one judgement of our sight to the next; it survives a restart as JSON. */
export type SightState = {
  /** What has been told as lost and not yet as regained. */
  readonly told: readonly Blindness[]
  /** Per platform, when its sight came back: its accounts get a fresh `blindAfter` from there before they are told. */
  readonly freshFrom: Readonly<Record<string, number>>
}

/** Nothing is lost. */
export const clearSight: SightState = { told: [], freshFrom: {} }

/** Whether nothing conclusive has been seen for longer than may be. */
export const isDark = (glimpse: Glimpse, now: number): boolean => now - glimpse.since > glimpse.blindAfterMs

/**
 * Rule 1: sight is lost for the smallest of account, platform, everything that covers what we cannot see.
 *
 * One account in the dark whose neighbours all answer inconclusively is the platform's trouble at once, not theirs one
 * by one. Pure; call it as often as news should be fresh.
 */
export function foldSight(
  state: SightState,
  glimpses: readonly Glimpse[],
  now: number,
): { readonly state: SightState; readonly changes: readonly SightChange[] } {
  const byPlatform = groupByPlatform(glimpses)
  const regained = state.told.filter((told) => !stillDark(told.scope, byPlatform, now))
  const fresh = { ...state.freshFrom, ...freshFrom(regained, byPlatform, now) }
  const dark = darkScopes(byPlatform, fresh, now)
  const kept = state.told.filter((told) => !regained.includes(told))
  const lost = dark.filter(({ scope }) => !kept.some((told) => covers(told.scope, scope)))
  const standing = kept.filter((told) => !lost.some(({ scope }) => covers(scope, told.scope)))
  if (regained.length === 0 && lost.length === 0) return { state, changes: [] }
  return {
    state: { told: [...standing, ...lost], freshFrom: fresh },
    changes: [
      ...regained.map((told): SightChange => ({ name: 'sight.regained', at: now, ...told })),
      ...lost.map((told): SightChange => ({ name: 'sight.lost', at: now, ...told, ...replacing(told, kept) })),
    ],
  }
}

/** A wider loss takes the place of the narrower ones it covers; those are not told as regained. */
function replacing({ scope }: Blindness, told: readonly Blindness[]): Pick<SightChange, 'replaces'> {
  const replaces = told.filter((one) => covers(scope, one.scope)).map(({ scope: of, since }) => ({ scope: of, since }))
  return replaces.length === 0 ? {} : { replaces }
}

type Groups = ReadonlyMap<string, readonly Glimpse[]>

function groupByPlatform(glimpses: readonly Glimpse[]): Groups {
  const groups = new Map<string, Glimpse[]>()
  for (const glimpse of glimpses) {
    const group = groups.get(glimpse.platform)
    if (group === undefined) groups.set(glimpse.platform, [glimpse])
    else group.push(glimpse)
  }
  return groups
}

/** The widest scopes that are dark all over, each with since when and why. */
function darkScopes(groups: Groups, freshFrom: SightState['freshFrom'], now: number): readonly Blindness[] {
  const perPlatform = [...groups].map(([platform, group]) => {
    const fresh = freshFrom[platform] ?? -Infinity
    const dark = group.filter((glimpse) => {
      const { watchedFrom, blindAfterMs } = glimpse
      return isDark(glimpse, now) && now - Math.max(watchedFrom, fresh) > blindAfterMs
    })
    const whole = dark.length > 0 && group.every((glimpse) => glimpse.cause !== null || isDark(glimpse, now))
    return { platform, group, dark, whole }
  })
  if (perPlatform.length > 1 && perPlatform.every(({ whole }) => whole)) {
    return [
      blindness(
        { kind: 'everything' },
        perPlatform.flatMap(({ group }) => group),
      ),
    ]
  }
  return perPlatform.flatMap(({ platform, group, dark, whole }) =>
    whole && group.length > 1
      ? [blindness({ kind: 'platform', platform }, group)]
      : dark.map((glimpse) => blindness({ kind: 'account', account: glimpse.account }, [glimpse])),
  )
}

const blindness = (scope: Extent, glimpses: readonly Glimpse[]): Blindness => ({
  scope,
  since: glimpses.reduce((since, glimpse) => Math.min(since, glimpse.since), Infinity),
  because: CAUSES.filter((cause) => glimpses.some((glimpse) => glimpse.cause === cause)),
})

/** What was told as lost stays so until one account in it is seen again. An account that left the roll is no loss. */
function stillDark(scope: Extent, groups: Groups, now: number): boolean {
  const within = glimpsesIn(scope, groups)
  return within.length > 0 && within.every((glimpse) => glimpse.cause !== null || isDark(glimpse, now))
}

function glimpsesIn(scope: Extent, groups: Groups): readonly Glimpse[] {
  if (scope.kind === 'everything') return [...groups.values()].flat()
  if (scope.kind === 'platform') return groups.get(scope.platform) ?? []
  const group = groups.get(scope.account.split(':', 1)[0] ?? '') ?? []
  return group.filter((glimpse) => glimpse.account === scope.account)
}

/** Everything covers every platform, a platform its accounts, each itself. */
export function covers(outer: Extent, inner: Extent): boolean {
  if (outer.kind === 'everything') return true
  if (outer.kind === 'platform') {
    return inner.kind === 'platform'
      ? inner.platform === outer.platform
      : inner.kind === 'account' && inner.account.startsWith(`${outer.platform}:`)
  }
  return inner.kind === 'account' && inner.account === outer.account
}

function freshFrom(regained: readonly Blindness[], groups: Groups, now: number): Record<string, number> {
  const platforms = regained.flatMap(({ scope }) =>
    scope.kind === 'everything' ? [...groups.keys()] : scope.kind === 'platform' ? [scope.platform] : [],
  )
  return Object.fromEntries(platforms.map((platform) => [platform, now]))
}
