import type { AccountJson } from '../core/json.ts'
import type { TransitionFrame } from './frames.ts'

/** What we cannot see now, since when and why. `accounts` are the addresses of it that are still blind. */
export type BlindSpell = {
  readonly scope: 'account' | 'platform' | 'everything'
  /** The account's address or the platform's id; null for everything. */
  readonly of: string | null
  /** ISO; null when it began before the snapshot. */
  readonly since: string | null
  readonly because: readonly string[]
  readonly accounts: readonly string[]
}

/** What `GET /api/v1/platforms` says of a platform that no snapshot does. */
export type PlatformState = {
  readonly platform: string
  readonly sight: { readonly lostSince: string; readonly because: readonly string[] } | null
  readonly troubledSince: string | null
  /** Looks whose word does not count now, and why. */
  readonly unreadable: readonly { readonly words: string; readonly home: string; readonly because: string }[]
}

/** A transition of our sight of accounts, and not of one look. */
export type SightFrame = Extract<TransitionFrame, { readonly scope: string }> & {
  readonly scope: 'account' | 'platform' | 'everything'
}
type Seen = Pick<AccountJson, 'account' | 'platform' | 'blind'>

/**
 * What a snapshot says of our blindness. It flags accounts one by one; where all accounts of a platform are blind, or
 * all there are, one spell names the platform, or everything, as the server does in transitions.
 */
export function blindnessOf(accounts: readonly Seen[]): readonly BlindSpell[] {
  const platforms = Map.groupBy(accounts, ({ platform }) => platform)
  const dark = [...platforms].filter(([, group]) => group.every(({ blind }) => blind))
  if (platforms.size > 1 && dark.length === platforms.size) return [begun('everything', null, accounts)]
  return [...platforms].flatMap(([platform, group]) => {
    const blind = group.filter((one) => one.blind)
    if (blind.length > 1 && blind.length === group.length) return [begun('platform', platform, group)]
    return blind.map((one) => begun('account', one.account, [one]))
  })
}

const begun = (scope: BlindSpell['scope'], of: string | null, accounts: readonly Seen[]): BlindSpell => ({
  scope,
  of,
  since: null,
  because: [],
  accounts: accounts.map(({ account }) => account),
})

/**
 * Folds in the flags of single accounts, which may begin or end a spell before a transition tells of it, or without
 * one.
 */
export function foldFlags(spells: readonly BlindSpell[], flagged: readonly Seen[]): readonly BlindSpell[] {
  if (flagged.length === 0 || (spells.length === 0 && flagged.every(({ blind }) => !blind))) return spells
  const dark = new Set(spells.flatMap(({ accounts }) => accounts))
  const lit = new Set(flagged.flatMap(({ account, blind }) => (!blind && dark.has(account) ? [account] : [])))
  const newly = flagged.filter(({ account, blind }) => blind && !dark.has(account))
  if (lit.size === 0 && newly.length === 0) return spells
  return [...without(spells, lit), ...newly.map((one) => begun('account', one.account, [one]))]
}

/** Adds since when and why to spells that only the accounts' flags have told of. */
export const explained = (spells: readonly BlindSpell[], platforms: readonly PlatformState[]): readonly BlindSpell[] =>
  spells.map((spell) => {
    if (spell.since !== null || spell.scope === 'account') return spell
    const sight = platforms.find(({ platform, sight }) => sight !== null && [null, platform].includes(spell.of))?.sight
    return sight ? { ...spell, since: sight.lostSince, because: sight.because } : spell
  })

/** The addresses a frame about our sight speaks of. */
export function coveredBy(frame: SightFrame, accounts: Iterable<Pick<AccountJson, 'account' | 'platform'>>): string[] {
  if (frame.scope === 'account') return frame.account === null ? [] : [frame.account]
  const of = frame.scope === 'platform' ? frame.platform : null
  return [...accounts].filter(({ platform }) => of === null || platform === of).map(({ account }) => account)
}

/** Each account is blind by one spell at most: a new one takes it over, a regained one is in none. */
export function foldSpells(
  spells: readonly BlindSpell[],
  frame: SightFrame,
  covered: readonly string[],
): readonly BlindSpell[] {
  const kept = without(spells, new Set(covered))
  return frame.name === 'sight.lost' && covered.length > 0 ? [...kept, spellOf(frame, covered)] : kept
}

const without = (spells: readonly BlindSpell[], leaving: ReadonlySet<string>): readonly BlindSpell[] =>
  spells.flatMap((spell) => {
    const accounts = spell.accounts.filter((account) => !leaving.has(account))
    if (accounts.length === spell.accounts.length) return [spell]
    return accounts.length === 0 ? [] : [{ ...spell, accounts }]
  })

const spellOf = (frame: SightFrame, accounts: readonly string[]): BlindSpell => ({
  scope: frame.scope,
  of: frame.scope === 'account' ? frame.account : frame.scope === 'platform' ? (frame.platform ?? null) : null,
  since: frame.since,
  because: frame.because,
  accounts,
})
