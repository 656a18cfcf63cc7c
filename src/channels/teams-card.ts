import { headline, lines, links, type Line, type Piece } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { instantWords } from '../core/words.ts'
import { bytes } from './fitted.ts'
import { signOf, toneOf, type Tone } from './tone.ts'

type TextRun = {
  readonly type: 'TextRun'
  readonly text: string
  readonly weight?: 'Bolder'
  readonly size?: 'Medium'
  readonly fontType?: 'Monospace'
  readonly isSubtle?: true
}

/** Unlike a TextBlock, nothing in it is read as Markdown. */
type RichText = { readonly type: 'RichTextBlock'; readonly inlines: readonly TextRun[] }

/** The message that the Workflows trigger "When a Teams webhook request is received" takes. */
export type TeamsMessage = {
  readonly type: 'message'
  readonly attachments: readonly {
    readonly contentType: 'application/vnd.microsoft.card.adaptive'
    readonly contentUrl: null
    readonly content: Readonly<Record<string, unknown>>
  }[]
}

const LONGEST_LINK = 1_000
/** Of the 28 KB of a message. */
const FACTS_BYTES = 20_000

/** A notice as an Adaptive Card 1.4 (adaptivecards.io/explorer). */
export function teamsMessage(notice: Notice): TeamsMessage {
  const { seq, name } = notice.transition
  const title: TextRun = { ...run(`${signOf(notice)} ${headline(notice)}`), weight: 'Bolder', size: 'Medium' }
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'Container', style: STYLES[toneOf(notice)], bleed: true, items: [rich([title])] },
      ...factBlocks(lines(notice)),
      rich([{ ...run(`Rollcall ${name} ${seq}`), isSubtle: true }]),
    ],
    actions: links(notice)
      .filter(({ url }) => url.length <= LONGEST_LINK)
      .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
    msteams: { width: 'Full' },
  }
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  }
}

const STYLES: Readonly<Record<Tone, string>> = {
  alarm: 'attention',
  caution: 'warning',
  blind: 'emphasis',
  good: 'good',
  remark: 'emphasis',
}

/** As many runs as there is room for, `…` for the rest. */
function factBlocks(facts: readonly Line[]): readonly RichText[] {
  const blocks: RichText[] = []
  let room = FACTS_BYTES
  for (const runs of facts.map(factRuns)) {
    const whole = runs.findIndex((one) => (room -= bytes(JSON.stringify(one))) < 0)
    if (whole >= 0) return [...blocks, rich([...runs.slice(0, whole), run('…')])]
    blocks.push(rich(runs))
  }
  return blocks
}

const rich = (inlines: readonly TextRun[]): RichText => ({ type: 'RichTextBlock', inlines })

const run = (text: string): TextRun => ({ type: 'TextRun', text: unbound(text) })

/** Cards replace `{{DATE(…)}}`, and templates `${…}`, wherever they stand. */
const unbound = (text: string): string => text.replace(/[{$](?=\{)/g, '$&\u200B')

const factRuns = ({ label, pieces }: Line): readonly TextRun[] => [
  { ...run(`${label}: `), weight: 'Bolder' },
  ...pieces.map(pieceRun).filter(({ text }) => text !== ''),
]

function pieceRun(piece: Piece): TextRun {
  if (typeof piece === 'string') return run(piece)
  return 'at' in piece ? run(instantWords(piece.at)) : { ...run(piece.name), fontType: 'Monospace' }
}
