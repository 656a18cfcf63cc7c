import type { KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types'
import { headline, lines, links, plainLine, type Link } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { name } from '../core/piece.ts'
import { escaped, fieldText, fit, linkText } from './slack-text.ts'
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
  const said = lines(notice).filter(({ label }) => label === 'Note')
  const news: KnownBlock = {
    type: 'section',
    text: plainText(titleOf(notice), SECTION),
    ...(said.length === 0 ? {} : { fields: said.map((line) => mrkdwn(fieldText(line, FIELD))) }),
  }
  return { text: fit(headline(notice), APP_TEXT, escaped), blocks: [news], ...NO_CARDS }
}

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
  if (acknowledged !== null) {
    const by = fieldText({ label: 'Acknowledged by', pieces: [name(acknowledged.by, 60)] }, FIELD)
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

function sections(notice: Notice): readonly KnownBlock[] {
  const facts = lines(notice)
  const most = Math.min(FIELD, Math.floor(ALL_FIELDS / facts.length))
  const fields = facts.map((line) => mrkdwn(fieldText(line, most)))
  const blocks: KnownBlock[] = []
  for (let from = 0; from < fields.length; from += FIELDS) {
    blocks.push({ type: 'section', fields: fields.slice(from, from + FIELDS) })
  }
  return blocks
}

function context(notice: Notice): KnownBlock {
  const { seq, name: change } = notice.transition
  const read = links(notice)
    .map(linked)
    .filter((text) => text.length <= LINK)
  return { type: 'context', elements: [...read, `Rollcall ${change} ${seq}`].map(mrkdwn) }
}

const linked = ({ label, url }: Link): string => linkText(url, label)
