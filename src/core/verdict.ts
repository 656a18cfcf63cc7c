/** Why an account may be absent, least to most specific; sets are always shown in this order. */
export const REASONS = [
  'not_found',
  'deactivated',
  'suspended',
  'deleted',
  'withheld',
  'renamed',
  'taken_over',
] as const
export type Reason = (typeof REASONS)[number]

/** Why we could not see. */
export const CAUSES = [
  'rate_limited',
  'blocked',
  'platform_error',
  'unreadable',
  'unauthorized',
  'network',
  'control_failed',
  'over_budget',
] as const
export type Cause = (typeof CAUSES)[number]

/** Who answered. `id` is the platform's own stable id (never a JavaScript number), null where it has none. */
export type Identity = {
  readonly id: string | null
  /** As the platform writes it. */
  readonly handle: string
  readonly displayName?: string
  readonly followers?: number
}

/**
 * What one answer means.
 *
 * `absent` carries the *set* of reasons the answer leaves possible; `now` is who stands there instead: the pinned id
 * under its new handle (renamed) or the stranger on the handle (taken_over).
 */
export type Verdict =
  | { readonly kind: 'present'; readonly identity: Identity }
  | { readonly kind: 'absent'; readonly because: readonly Reason[]; readonly now?: Identity }
  | { readonly kind: 'inconclusive'; readonly because: Cause }

export type Absent = Extract<Verdict, { kind: 'absent' }>
export type Inconclusive = Extract<Verdict, { kind: 'inconclusive' }>

export const present = (identity: Identity): Verdict => ({ kind: 'present', identity })

export const absent = (...because: readonly [Reason, ...Reason[]]): Absent => ({
  kind: 'absent',
  because: inOrder(because),
})

export const inconclusive = (because: Cause): Inconclusive => ({ kind: 'inconclusive', because })

/** An absence is explicit when the platform says why, bare when "not found" is among the possible reasons. */
export const isExplicit = (because: readonly Reason[]): boolean => because.length > 0 && !because.includes('not_found')

/** Somebody else was seen on the handle. */
export const isTakeover = (because: readonly Reason[]): boolean =>
  because.length > 0 && because.every((reason) => reason === 'taken_over')

/**
 * One set out of what several looks hold possible. Each set contains the truth as its look knows it, so what they share
 * is kept; looks that share nothing see different things and all of it is kept. A stranger on the handle is no
 * possibility but was seen, and is the most urgent of all, whatever has become of the account itself.
 */
export function possibleReasons(sets: readonly (readonly Reason[])[]): readonly Reason[] {
  if (sets.some(isTakeover)) return ['taken_over']
  const shared = REASONS.filter((reason) => sets.every((set) => set.includes(reason)))
  return shared.length > 0 ? shared : inOrder(sets.flat())
}

const inOrder = (because: readonly Reason[]): readonly Reason[] => REASONS.filter((reason) => because.includes(reason))
