import { headline, lines, links, type Line, type Link } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { disarmed, factParts as plainParts } from './disarm.ts'
import { fitted } from './fitted.ts'
import { factParts, harmless, linksText } from './html.ts'
import { signOf } from './tone.ts'

/** What a room shows of a message: `body` in notifications and simple clients, the rest elsewhere. */
export type MatrixText = {
  /** Not `m.notice`, which notifies nobody. */
  readonly msgtype: 'm.text'
  readonly body: string
  readonly format: 'org.matrix.custom.html'
  readonly formatted_body: string
  /** Empty, or servers look for the names of members in the text, and notify them. */
  readonly 'm.mentions': Readonly<Record<string, never>>
}

/** An event holds 65,536 bytes, and an edit has everything twice; no UTF-16 unit is longer than three bytes. */
const BODY = 3_000
const HTML = 6_000
const LONGEST_LINK = 500

/** A notice as Matrix's HTML, with the same in plain text. */
export const matrixText = (notice: Notice): MatrixText => textOf(notice, lines(notice), links(notice))

/** The answer in the thread of an edited message: the news, and what somebody said with it. */
export const matrixReply = (notice: Notice): MatrixText =>
  textOf(
    notice,
    lines(notice).filter(({ label }) => label === 'Note'),
    [],
  )

function textOf(notice: Notice, facts: readonly Line[], read: readonly Link[]): MatrixText {
  const sign = signOf(notice)
  const title = headline(notice)
  const shown = linksText(read)
  const plain = facts.flatMap((line) => ['\n', ...plainParts(line)])
  const rows = facts.flatMap((line) => ['<br>', ...factParts(line)])
  const addresses = read.filter(({ url }) => url.length <= LONGEST_LINK).map(({ label, url }) => `\n${label}: ${url}`)
  return {
    msgtype: 'm.text',
    body: fitted([`${sign} ${disarmed(title)}`, ...plain], BODY) + addresses.join(''),
    format: 'org.matrix.custom.html',
    formatted_body: fitted([`${sign} <b>${harmless(title)}</b>`, ...rows], HTML) + (shown === '' ? '' : `<br>${shown}`),
    'm.mentions': {},
  }
}
