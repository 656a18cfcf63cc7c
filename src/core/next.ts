import type { Belief } from './belief.ts'
import type { OutageChange } from './transition.ts'

/** What comes of one sighting. */
export type Next = { readonly belief: Belief; readonly transitions: readonly OutageChange[] }

const NONE: readonly OutageChange[] = Object.freeze([])

/** Belief moved, and there is nothing to tell. */
export const quiet = (belief: Belief): Next => ({ belief, transitions: NONE })
