import type { Line, Piece } from '../core/message.ts'
import { instantWords } from '../core/words.ts'

/** Shows nothing and is no part of any word: what it stands in is no mention, link or placeholder any more. */
const BREAK = '\u200B'

/**
 * Text for places that make links and mentions of plain text: `@all`, `#tag`, `$CASH`, `/command`, `~channel`, `+49…`,
 * `evil.example`, `https://…`, `:emoji:`, `{{TIME(…)}}` and `${…}` look the same and lead nowhere; numbers stay whole.
 * Who copies it gets the breaks as well, so names that stand where nothing is made of them are left alone.
 */
export const disarmed = (text: string): string => text.replace(ARMED, `$&${BREAK}`)

const ARMED =
  /[@#$/~+](?=[\p{L}\p{N}_{])|(?<=\p{L})\.(?=[\p{L}\p{N}])|(?<=\p{N})\.(?=\p{L}|\d+\.)|:(?=\/|[\w+-]+:)|\{(?=\{)/gu

/** A fact as parts of plain text, its label first. */
export const factParts = ({ label, pieces }: Line): readonly string[] => [`${label}: `, ...pieces.map(pieceText)]

function pieceText(piece: Piece): string {
  if (typeof piece === 'string') return disarmed(piece)
  return 'at' in piece ? instantWords(piece.at) : disarmed(piece.name)
}
