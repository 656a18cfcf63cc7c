import { addressKey, splitAddress } from '../core/account.ts'
import type { Wish } from '../core/tell.ts'
import { TRANSITION_NAMES } from '../core/transition.ts'
import { filter } from './live-frames.ts'

/** A filter as it was read. */
export type Filtered =
  | { readonly kind: 'wish'; readonly wish: Wish }
  | { readonly kind: 'bad'; readonly detail: string }
  /** More entries than one socket may have. */
  | { readonly kind: 'too_many' }

const FAMILIES = new Set(TRANSITION_NAMES.map((name) => `${name.split('.', 1)[0] ?? ''}.*`))
const NAMES: ReadonlySet<string> = new Set(TRANSITION_NAMES)

/**
 * Reads the filter of a `watch`. Filters that mean the same become equal wishes (sorted, each entry once), so that
 * their sockets form one group.
 *
 * @param most entries in all lists together
 */
export function readFilter(raw: unknown, most: number): Filtered {
  const parsed = filter.safeParse(raw ?? {})
  if (!parsed.success) return { kind: 'bad', detail: parsed.error.issues.map(worded).join(' ') }
  const { tags = [], platforms = [], accounts = [], types = [], important = false } = parsed.data
  if (tags.length + platforms.length + accounts.length + types.length > most) return { kind: 'too_many' }
  const strange = types.find((type) => !NAMES.has(type) && !FAMILIES.has(type))
  if (strange !== undefined) {
    return { kind: 'bad', detail: `types has ${quoted(strange)}; known are ${[...FAMILIES, ...NAMES].join(', ')}.` }
  }
  const nobody = accounts.find((address) => splitAddress(address) === null)
  if (nobody !== undefined) {
    return { kind: 'bad', detail: `accounts has ${quoted(nobody)}, which is no address such as bluesky:bsky.app.` }
  }
  const wish = { tags: each(tags), platforms: each(platforms), accounts: each(accounts.map(addressKey)) }
  return { kind: 'wish', wish: { ...wish, types: each(types), ...(important && { important }) } }
}

const each = (list: readonly string[]): readonly string[] => [...new Set(list)].sort()

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100))

const worded = (issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string =>
  `${['filter', ...issue.path.map(String)].join('.')}: ${issue.message}.`
