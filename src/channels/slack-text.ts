import type { Line, Piece } from '../core/message.ts'
import { instantWords } from '../core/words.ts'

/** Slack reads exactly these three; escaping more would show up as text (docs.slack.dev/messaging/formatting). */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** `*Label*` and below it the fact, in at most `max` units; a piece that does not fit is left out whole. */
export function fieldText({ label, pieces }: Line, max: number): string {
  let text = `*${label}*\n`
  for (const piece of pieces) {
    const next = pieceText(piece)
    if (text.length + next.length >= max) return `${text}…`
    text += next
  }
  return text
}

/** What somebody else wrote goes into a code span: Slack has no escape for `*`, `_` and `~`. */
export function pieceText(piece: Piece): string {
  if (typeof piece === 'string') return escaped(piece)
  if ('at' in piece) return dateText(piece.at)
  const name = piece.name.replaceAll('`', "'").trim()
  return name === '' ? '' : `\`${escaped(name)}\``
}

/** An instant in the reader's own zone; UTC where Slack cannot say it. */
export const dateText = (at: number): string =>
  `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${instantWords(at)}>`

/** `|` and `>` would end the address. */
export const linkText = (url: string, label: string): string =>
  `<${url.replaceAll('&', '&amp;').replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E')}|${escaped(label)}>`
