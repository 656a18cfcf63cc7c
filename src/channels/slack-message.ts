import type { KnownBlock, MrkdwnElement } from '@slack/types'
import { headline, lines, links, plainLine, type Link } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import type { TransitionName } from '../core/transition.ts'
import { escaped, fieldText, fit, linkText } from './slack-text.ts'

/** What an incoming webhook takes. */
export type SlackMessage = {
  readonly text: string
  readonly blocks: readonly KnownBlock[]
  readonly unfurl_links: false
  readonly unfurl_media: false
}

/** Slack's limits (@slack/types 3.2, docs.slack.dev/reference/block-kit), in UTF-16 units to be on the safe side. */
const HEADER = 150
const FIELD = 2_000
const FIELDS = 10
const TEXT = 4_000
/** Undocumented: about 13,200 over all blocks before `msg_blocks_too_long`. */
const ALL_FIELDS = 10_000
const LINK = 1_000

/**
 * A notice as blocks, with the same in plain words for notifications and screen readers. Unfurling is off: Slack would
 * visit the account to make a card, which shows it as it was.
 */
export function slackMessage(notice: Notice): SlackMessage {
  const title = `${SIGNS[notice.transition.name]} ${headline(notice)}`
  const header: KnownBlock = {
    type: 'header',
    text: { type: 'plain_text', text: fit(harmless(title), HEADER), emoji: false },
  }
  const text = fit([headline(notice), ...lines(notice).map(plainLine)].join('\n'), TEXT, escaped)
  return {
    text,
    blocks: [header, ...sections(notice), context(notice)],
    unfurl_links: false,
    unfurl_media: false,
  }
}

const SIGNS: Readonly<Record<TransitionName, string>> = {
  'outage.opened': '🔴',
  'outage.changed': '🟠',
  'outage.closed': '🟢',
  'outage.acknowledged': '🔵',
  'outage.annotated': '🔵',
  'outage.retracted': '🔵',
  'sight.lost': '⚪',
  'sight.regained': '🟢',
  'platform.troubled': '🔴',
  'platform.settled': '🟢',
}

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
  const { seq, name } = notice.transition
  const read = links(notice)
    .map(linked)
    .filter((text) => text.length <= LINK)
  return { type: 'context', elements: [...read, `Rollcall ${name} ${seq}`].map(mrkdwn) }
}

const linked = ({ label, url }: Link): string => linkText(url, label)
