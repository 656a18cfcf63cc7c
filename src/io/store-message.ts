import type { Verb } from './store-verbs.ts'

/** What the main thread asks. Calls are done one at a time, in the order in which they were posted. */
export type Call = { readonly id: number; readonly verb: Verb | 'close'; readonly args: readonly unknown[] }

/** One call's end: JSON text (null where there is nothing to say), or why it was refused (fit to be shown). */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly json: string | null }
  | { readonly id: number; readonly ok: false; readonly message: string }

/** What the disk's thread says. */
export type Said =
  | { readonly kind: 'opened'; readonly epoch: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
