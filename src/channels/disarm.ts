import type { Line, Piece } from '../core/message.ts'
import { instantWords } from '../core/words.ts'

/** Invisible, and no part of any word: a mention, link or placeholder with it inside is none any more. */
const BREAK = '\u200B'

/**
 * Text for places that make links and mentions of plain text: `@all`, `#tag`, `$CASH`, `/command`, `~channel`, `+49…`,
 * `evil.example`, `https://…`, `:emoji:`, `{{TIME(…)}}` and `${…}` look the same and lead nowhere; numbers stay whole.
 * Whoever copies such text copies the breaks as well, so it is used only where mentions or links would be made of it.
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
