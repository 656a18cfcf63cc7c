import type { KnownBlock } from '@slack/types'
import type { AskRequest } from '../core/answer.ts'
import type { Piece } from '../core/message.ts'
import { pieceText } from './slack-text.ts'

/** Where Slack's Web API is, unless told otherwise. */
export const SLACK_API = 'https://slack.com/api'

const DEADLINE = 10_000

/**
 * An answer that only the person who pressed a button sees (docs.slack.dev/interactivity/handling-user-interaction): a
 * press brings an address along, good for five posts within thirty minutes. Null for an address that is neither Slack's
 * nor the configured API's: whoever holds a signing secret must not be able to send us anywhere.
 *
 * @param api the configured base address
 */
export function answerTo(address: string, said: readonly Piece[], api: string): AskRequest | null {
  const url = URL.parse(address)
  if (url === null || ![SLACK_API, api].some((base) => isAt(url, new URL(base)))) return null
  const text = said.map(pieceText).join('')
  const block: KnownBlock = { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
  const json = { response_type: 'ephemeral', replace_original: false, text, blocks: [block] }
  return { method: 'POST', url: url.href, json, deadlineMs: DEADLINE, maxBytes: 16 * 1024 }
}

/** Answers go to the host of the API or to `hooks.` of it, as in `hooks.slack.com`. */
const isAt = (url: URL, base: URL): boolean =>
  url.protocol === base.protocol && (url.host === base.host || url.host === `hooks.${base.host}`)
