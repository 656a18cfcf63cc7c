import { cleanName } from './words.ts'
import type { Notice } from './notice.ts'

/**
 * A run of a message: our own words, what somebody else wrote (`name`: already one clean line, never markup), or an
 * instant in epoch ms, which a channel may show in the reader's own zone.
 */
export type Piece = string | { readonly name: string } | { readonly at: number }

/** One fact of a message: `Length: 11 m 02 s (10 m 58 s to 11 m 06 s)`. */
export type Line = { readonly label: string; readonly pieces: readonly Piece[] }

/** Somebody else's text as a piece: one clean line of at most `max` code points. */
export const name = (text: string, max = 120): Piece => ({ name: cleanName(text, max) })

/** Long enough to know them by, short enough that a headline still says what happened. */
export function whoWords({ account }: Pick<Notice, 'account'>, address: string): string {
  const called = cleanName(account?.name ?? '', 40)
  const known = cleanName(address, 48)
  return called === '' || called === known ? known : `${called} (${known})`
}
