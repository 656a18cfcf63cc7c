import type { Letter } from '../core/mail.ts'
import { headline, lines, links, type Line, type Link } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { whoWords, type Piece } from '../core/piece.ts'
import { scopeName } from '../core/transition.ts'
import { cleanName, instantWords } from '../core/words.ts'
import { disarmed } from './disarm.ts'
import { domainOf } from './email-mailbox.ts'
import { escaped, harmless } from './html.ts'
import { signOf } from './tone.ts'

/**
 * A notice as a mail, in text and in HTML. Mail programs put mails into one thread that answer one another and have
 * one subject: so the subject says what it is all about and never how it stands; that is the first thing in the body.
 */
export const letterOf = (notice: Notice, from: string, to: readonly string[]): Letter => ({
  from,
  to,
  subject: subjectOf(notice),
  text: textOf(notice),
  html: htmlOf(notice),
  messageId: `<${notice.id}@${domainOf(from)}>`,
  references: notice.thread !== null && MESSAGE_ID.test(notice.thread) ? [notice.thread] : [],
  listId: `rollcall.${domainOf(from)}`,
})

/** What another channel called its message is no id of a mail. */
const MESSAGE_ID = /^<[^<>@\s]+@[^<>@\s]+>$/

const subjectOf = (notice: Notice): string => `${notice.drill === true ? 'DRILL: ' : ''}${matterWords(notice)}`

function matterWords(notice: Notice): string {
  const { transition, summary } = notice
  if (summary !== null) return `What happened until ${instantWords(transition.at)}`
  if ('outage' in transition) {
    const { account, firstAbsentAt } = transition.outage
    return `Outage of ${whoWords(notice, account)}, ${instantWords(firstAbsentAt)}`
  }
  const since = instantWords(transition.since)
  if ('platform' in transition) return `Trouble on ${cleanName(transition.platform, 48)}, ${since}`
  if ('subscriber' in transition) return `Reaching ${cleanName(transition.subscriber, 48)}, ${since}`
  return `Our sight of ${cleanName(scopeName(transition.scope), 80)}, ${since}`
}

const LONGEST_LINK = 2_000

/** An address that would fill the mail is left out. */
const readOn = (notice: Notice): readonly Link[] => links(notice).filter(({ url }) => url.length <= LONGEST_LINK)

const footer = ({ transition: { name, seq } }: Notice): string => `Rollcall ${name} ${seq}`

const textOf = (notice: Notice): string =>
  [
    disarmed(headline(notice)),
    '',
    ...lines(notice).map(({ label, pieces }) => `${label}: ${pieces.map(plainPiece).join('')}`),
    '',
    ...readOn(notice).map(({ label, url }) => `${label}: ${url}`),
    '',
    footer(notice),
    '',
  ].join('\n')

const plainPiece = (piece: Piece): string =>
  typeof piece === 'string' ? piece : 'at' in piece ? instantWords(piece.at) : disarmed(piece.name)

/** Styles stand in the elements, since mail programs throw others away; nothing is fetched from anywhere. */
const htmlOf = (notice: Notice): string =>
  [
    '<!doctype html>',
    '<html lang="en" dir="ltr"><head><meta charset="utf-8"></head>',
    '<body style="font-family: sans-serif; font-size: 15px; line-height: 1.4">',
    `<h1 style="font-size: 18px">${signOf(notice)} <bdi>${harmless(headline(notice))}</bdi></h1>`,
    '<table style="border-collapse: collapse">',
    ...lines(notice).map(rowOf),
    '</table>',
    `<p>${readOn(notice)
      .map(({ label, url }) => `<a href="${escaped(url)}">${escaped(label)}</a>`)
      .join(' · ')}</p>`,
    `<p style="color: #666666; font-size: 13px">${escaped(footer(notice))}</p>`,
    '</body></html>',
    '',
  ].join('\n')

const rowOf = ({ label, pieces }: Line): string =>
  `<tr><th align="left" valign="top" style="padding: 2px 12px 2px 0">${escaped(label)}</th>` +
  `<td style="padding: 2px 0">${pieces.map(pieceOf).join('')}</td></tr>`

/** A name written from right to left must not turn what stands beside it. */
const pieceOf = (piece: Piece): string =>
  typeof piece === 'string'
    ? escaped(piece)
    : 'at' in piece
      ? instantWords(piece.at)
      : `<bdi>${harmless(piece.name)}</bdi>`
