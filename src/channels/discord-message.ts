import { headline, lines, links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { fitted } from './fitted.ts'
import { escaped, factText, linksText } from './markdown.ts'
import { signOf, toneOf, type Tone } from './tone.ts'

/** What a Discord webhook takes. */
export type DiscordMessage = {
  readonly content: string
  readonly embeds: readonly DiscordEmbed[]
  readonly allowed_mentions: { readonly parse: readonly [] }
}

type DiscordEmbed = {
  readonly color: number
  readonly description?: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly footer: { readonly text: string }
}

/** Discord's limits (docs.discord.com/developers/resources/message), here in UTF-16 units to be on the safe side. */
const CONTENT = 2_000
const FIELDS = 25
const VALUE = 1_024
/** Of 6,000 over all embeds; labels, links and the footer need the rest. */
const ALL_VALUES = 4_500

/** A notice as a line of content, which notifications show, and an embed with the facts. */
export function discordMessage(notice: Notice): DiscordMessage {
  const { seq, name } = notice.transition
  const facts = lines(notice).slice(0, FIELDS)
  const most = Math.min(VALUE, Math.floor(ALL_VALUES / facts.length))
  const read = linksText(links(notice))
  const embed: DiscordEmbed = {
    color: COLOURS[toneOf(notice)],
    ...(read === '' ? {} : { description: read }),
    fields: facts.map((line) => ({ name: line.label, value: factText(line, most, instant) })),
    footer: { text: `Rollcall ${name} ${seq}` },
  }
  return { content: titleOf(notice), embeds: [embed], ...NO_MENTIONS }
}

/** What follows an edit: the news, and what somebody said with it. */
export function discordReply(notice: Notice): DiscordMessage {
  const said = lines(notice)
    .filter(({ label }) => label === 'Note')
    .map((line) => `\n${factText(line, VALUE, instant)}`)
  return { content: fitted([titleOf(notice), ...said], CONTENT), embeds: [], ...NO_MENTIONS }
}

/** Without it Discord would notify everyone whom a name mentions. */
const NO_MENTIONS = { allowed_mentions: { parse: [] } } as const

/** A headline has some 300 code points: escaped it stays far below the 2,000 of a content. */
const titleOf = (notice: Notice): string => `${signOf(notice)} ${escaped(headline(notice))}`

const COLOURS: Readonly<Record<Tone, number>> = {
  alarm: 0xd92d20,
  caution: 0xf79009,
  blind: 0x98a2b3,
  good: 0x12b76a,
  remark: 0x2e90fa,
}

/** In the reader's own zone, to the second. */
function instant(at: number): string {
  const seconds = Math.floor(at / 1000)
  return `<t:${seconds}:d> <t:${seconds}:T>`
}
