import type { Line, Link, Piece } from '../core/message.ts'
import { instantWords } from '../core/words.ts'
import { disarmed } from './disarm.ts'

/** Text as HTML, also inside a double-quoted attribute. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Text of others outside of code, where clients would make links and mentions of it. */
export const harmless = (text: string): string => escaped(disarmed(text))

/** A fact as whole pieces of HTML, its bold label first: none has a tag that another one closes. */
export const factParts = ({ label, pieces }: Line): readonly string[] => [
  `<b>${escaped(label)}:</b> `,
  ...pieces.map(pieceText),
]

function pieceText(piece: Piece): string {
  if (typeof piece === 'string') return harmless(piece)
  if ('at' in piece) return instantWords(piece.at)
  const name = piece.name.trim()
  return name === '' ? '' : `<code>${escaped(name)}</code>`
}

const LONGEST_LINK = 1_000

/** An address that would fill the message is left out. */
export const linksText = (links: readonly Link[]): string =>
  links
    .map(({ label, url }) => `<a href="${escaped(url)}">${escaped(label)}</a>`)
    .filter((link) => link.length <= LONGEST_LINK)
    .join(' · ')
