import type { KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types'
import { headline, lines, links, plainLine, type Line, type Link } from '../core/message.ts'
import { instantOf, type Notice } from '../core/notice.ts'
import { name } from '../core/piece.ts'
import { fit } from './fitted.ts'
import { dateText, escaped, fieldText, linkText } from './slack-text.ts'
import { signOf } from './tone.ts'

/** What both kinds of Slack take. */
export type SlackMessage = {
  readonly text: string
  readonly blocks: readonly KnownBlock[]
  readonly unfurl_links: false
  readonly unfurl_media: false
}

/** Slack's limits (@slack/types 3.2, docs.slack.dev/reference/block-kit), in UTF-16 units to be on the safe side. */
const HEADER = 150
const SECTION = 3_000
const BUTTON = 75
const FIELD = 2_000
const FIELDS = 10
/** Of two columns, what is longer is hard to read. */
const SIDE_BY_SIDE = 400
const TEXT = 4_000
/** `chat.update` takes 4,000 bytes; no UTF-16 unit is longer than three of them. */
const APP_TEXT = 1_300
/** Undocumented: about 13,200 over all blocks before `msg_blocks_too_long`. */
const ALL_FIELDS = 10_000
const LINK = 1_000

/**
 * A notice as blocks, with the same in plain words for notifications and screen readers. Unfurling is off: Slack would
 * visit the account to make a card, which shows it as it was.
 */
export const slackMessage = (notice: Notice): SlackMessage => messageOf(notice, TEXT, [])

/** The same for an app: it says who has acknowledged the outage, or offers to. */
export const appMessage = (notice: Notice): SlackMessage => messageOf(notice, APP_TEXT, handling(notice))

/** What an answer below the message says: what is new, and nothing that stands above it. */
export function replyMessage(notice: Notice): SlackMessage {
  const said = [...lines(notice).filter(({ label }) => label === 'Note'), ...(notice.reminder === null ? [] : [OPEN])]
  const news: KnownBlock = {
    type: 'section',
    text: plainText(titleOf(notice), SECTION),
    ...(said.length === 0 ? {} : { fields: said.map((line) => mrkdwn(fieldText(line, FIELD))) }),
  }
  return { text: fit(headline(notice), APP_TEXT, escaped), blocks: [news], ...NO_CARDS }
}

/** A reminder is for an outage that nobody has taken on. */
const OPEN: Line = { label: 'Acknowledged by', pieces: ['nobody yet; the button is in the first message'] }

function messageOf(notice: Notice, most: number, more: readonly KnownBlock[]): SlackMessage {
  const header: KnownBlock = { type: 'header', text: plainText(titleOf(notice), HEADER) }
  const text = fit([headline(notice), ...lines(notice).map(plainLine)].join('\n'), most, escaped)
  return { text, blocks: [header, ...sections(notice), ...more, context(notice)], ...NO_CARDS }
}

const NO_CARDS = { unfurl_links: false, unfurl_media: false } as const

const titleOf = (notice: Notice): string => `${signOf(notice)} ${headline(notice)}`

/** The action by which Slack tells us of a press. Its value is the outage's id. */
const ACKNOWLEDGE = 'acknowledge'

/** What is made up, or many things at once, nobody can take on. */
function handling({ transition, drill, summary }: Notice): readonly KnownBlock[] {
  if (!('outage' in transition) || drill === true || summary !== null) return []
  const { id, closedAt, retracted, acknowledged } = transition.outage
  if (closedAt !== null || retracted !== null) return []
  // Later news have it among their facts.
  if (acknowledged !== null && transition.name !== 'outage.acknowledged') return []
  if (acknowledged !== null) {
    const pieces = [name(acknowledged.by, 60), ', ', { at: acknowledged.at }]
    const by = fieldText({ label: 'Acknowledged by', pieces }, FIELD)
    return [{ type: 'section', fields: [mrkdwn(by)] }]
  }
  const button = { type: 'button', action_id: ACKNOWLEDGE, value: id, text: plainText('Acknowledge', BUTTON) } as const
  return [{ type: 'actions', elements: [button] }]
}

const plainText = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: fit(harmless(text), max),
  emoji: false,
})

// `verbatim` keeps Slack from making links and mentions out of plain text.
const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true })

/** Plain text has no markup to escape; without these nobody downstream can take a name for a mention either. */
const harmless = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›')

/** Short facts stand side by side; what is long, such as a storm's list, has the whole width. */
function sections(notice: Notice): readonly KnownBlock[] {
  const facts = lines(notice)
  const most = Math.floor(ALL_FIELDS / facts.length)
  const blocks: KnownBlock[] = []
  let row: MrkdwnElement[] = []
  const flush = (): void => {
    if (row.length > 0) blocks.push({ type: 'section', fields: row })
    row = []
  }
  for (const line of facts) {
    const field = mrkdwn(fieldText(line, Math.min(FIELD, most)))
    if (row.length === FIELDS || field.text.length > SIDE_BY_SIDE) flush()
    if (field.text.length > SIDE_BY_SIDE) {
      blocks.push({ type: 'section', text: mrkdwn(fieldText(line, Math.min(SECTION, most))) })
    } else row.push(field)
  }
  flush()
  return blocks
}

/** The instant is that of the news: Slack shows when a message was posted, and not that it says something else now. */
function context(notice: Notice): KnownBlock {
  const { seq, name: change } = notice.transition
  const told = `Rollcall ${notice.summary === null ? change : 'summary'} ${seq}`
  const read = links(notice)
    .map(linked)
    .filter((text) => text.length <= LINK)
  return {
    type: 'context',
    elements: [...read, `${told}, ${dateText(instantOf(notice))}`].map(mrkdwn),
  }
}

const linked = ({ label, url }: Link): string => linkText(url, label)
