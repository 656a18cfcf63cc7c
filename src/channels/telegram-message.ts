import { headline, lines, links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { fitted } from './fitted.ts'
import { factParts, harmless, linksText } from './html.ts'
import { signOf } from './tone.ts'

type TelegramText = {
  readonly text: string
  readonly parse_mode: 'HTML'
  readonly link_preview_options: { readonly is_disabled: true }
}

/** Telegram counts the text without its tags; ours keeps within the limit tags included. */
const TEXT = 4_096
/** Telegram ignores formatting after the first 100 runs: each run counts as this much text, so that there are fewer. */
const RUN = 44

const size = (part: string): number => (part.startsWith('<') ? Math.max(part.length, RUN) : part.length)

/** A notice as Telegram's HTML. Previews are off: Telegram would visit the account, and show it as it was. */
export function telegramText(notice: Notice): TelegramText {
  const read = linksText(links(notice))
  const below = read === '' ? '' : `\n\n${read}`
  const facts = lines(notice).flatMap((line) => ['\n', ...factParts(line)])
  return textOf(fitted([titleOf(notice), '\n', ...facts], TEXT - below.length, size) + below)
}

/** The answer below an edited message: the news, and what somebody said with it. */
export function telegramReply(notice: Notice): TelegramText {
  const said = lines(notice).filter(({ label }) => label === 'Note')
  return textOf(fitted([titleOf(notice), ...said.flatMap((line) => ['\n', ...factParts(line)])], TEXT, size))
}

const textOf = (text: string): TelegramText => ({
  text,
  parse_mode: 'HTML',
  link_preview_options: { is_disabled: true },
})

const titleOf = (notice: Notice): string => `${signOf(notice)} <b>${harmless(headline(notice))}</b>`
