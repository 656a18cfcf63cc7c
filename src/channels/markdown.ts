import type { Line, Link, Piece } from '../core/message.ts'
import { disarmed } from './disarm.ts'
import { fitted } from './fitted.ts'

/** Text of others outside of code: shown letter by letter, by Discord and by Mattermost. */
export const escaped = (text: string): string => disarmed(angled(text)).replace(/[\\`*_~|[\]$]/g, '\\$&')

/**
 * A fact in at most `max` units; what somebody else wrote goes into a code span, where neither target reads markup.
 * Never empty, since an empty field is refused.
 */
export function factText({ pieces }: Line, max: number, instant: (at: number) => string, size?: Size): string {
  const text = fitted(
    pieces.map((piece) => pieceText(piece, instant)),
    max,
    size,
  )
  return text.trim() === '' ? '–' : text
}

type Size = (text: string) => number

function pieceText(piece: Piece, instant: (at: number) => string): string {
  if (typeof piece === 'string') return escaped(piece)
  if ('at' in piece) return instant(piece.at)
  const name = angled(piece.name).replaceAll('`', "'").trim()
  return name === '' ? '' : `\`${name}\``
}

/** Mattermost reads Slack's `<!channel>` and `<address|text>` before any Markdown, code or not. */
const angled = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›')

const LONGEST_LINK = 500

/** `[Outage](https://…) · [Profile](https://…)`; an address that would fill the message is left out. */
export const linksText = (links: readonly Link[]): string =>
  links
    .map(({ label, url }) => ({ label, url: unmarked(url) }))
    .filter(({ url }) => url.length <= LONGEST_LINK)
    .map(({ label, url }) => `[${label}](${url})`)
    .join(' · ')

/** An address without signs that would end it or mean something in markup. */
export const unmarked = (url: string): string => url.replace(/[()[\]\\`<>|*]/g, percent)

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
