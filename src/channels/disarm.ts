import type { Line, Piece } from '../core/message.ts'
import { instantWords } from '../core/words.ts'

/** Shows nothing and is no part of any word: what it stands in is no mention, link or placeholder any more. */
const BREAK = '\u200B'

/**
 * Text of others for places that make links and mentions of plain text: `@all`, `#tag`, `$CASH`, `/command`, `~channel`,
 * `+49…`, `evil.example`, `https://…`, `:emoji:`, `{{TIME(…)}}`, `${…}` look the same and lead nowhere. Who copies it
 * gets the breaks as well, so names that stand where nothing is made of them are left alone.
 */
export const disarmed = (text: string): string => text.replace(ARMED, `$&${BREAK}`)

const ARMED = /[@#$/~+](?=[\p{L}\p{N}_{])|(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])|:(?=\/|[\w+-]+:)|\{(?=\{)/gu

/** A fact as parts of plain text, its label first. */
export const factParts = ({ label, pieces }: Line): readonly string[] => [`${label}: `, ...pieces.map(pieceText)]

const pieceText = (piece: Piece): string =>
  typeof piece === 'string' ? piece : 'name' in piece ? disarmed(piece.name) : instantWords(piece.at)
