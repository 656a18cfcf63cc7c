import type { Delivery } from './delivery.ts'
import { durationOf, type Outage } from './outage.ts'
import { certainty, instants, summary } from './report-facts.ts'
import { htmlOf } from './report-html.ts'
import { reportJson } from './report-json.ts'
import { notes, timeline, told } from './report-story.ts'
import { markdownOf, terminalOf } from './report-text.ts'
import type { ChainedSighting } from './store.ts'
import type { Transition } from './transition.ts'
import { spanWords } from './words.ts'

/** All that is known of one outage. */
export type ReportParts = {
  readonly outage: Outage
  /** The account's name as configured. */
  readonly name: string
  readonly profileUrl: string | null
  /** The sightings kept for it, oldest first. */
  readonly sightings: readonly ChainedSighting[]
  /** Whether these are as they were written. */
  readonly isWhole: boolean
  /** Its own transitions and those about our sight meanwhile, oldest first. */
  readonly transitions: readonly Transition[]
  readonly deliveries: readonly Delivery[]
  /** The looks' own words by look name: "by its id". */
  readonly lookWords: Readonly<Record<string, string>>
  /** Epoch ms; an open outage counts up to here. */
  readonly now: number
}

export type ReportFormat = 'md' | 'html' | 'json' | 'text'

/** A report before it is set: plain text throughout, so that each setting can make it harmless in its own way. */
export type Report = { readonly title: string; readonly sections: readonly Section[] }
/** Text, or an address of our own making that may be followed. */
export type Cell = string | { readonly url: string }
/** A heading, a table (`head` may be empty), and lines of text below it. */
export type Section = {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly lines: readonly string[]
}

/** The incident report that a newsroom or an on-call desk pastes, prints or reads in a terminal. Times are UTC. */
export function reportOf(parts: ReportParts, format: ReportFormat): string {
  if (format === 'json') return `${JSON.stringify(reportJson(parts), null, 2)}\n`
  const report: Report = {
    title: titleOf(parts),
    sections: [summary(parts), instants(parts), certainty(parts), timeline(parts), told(parts), notes(parts)].filter(
      ({ rows, lines }) => rows.length + lines.length > 0,
    ),
  }
  return SETTINGS[format](report)
}

const SETTINGS = { md: markdownOf, html: htmlOf, text: terminalOf } as const

function titleOf({ outage, name, now }: ReportParts): string {
  const span = spanWords(durationOf(outage, now).estimateMs)
  const length = outage.closedAt === null ? `has been gone for ${span}` : `was gone for ${span}`
  return `${outage.retracted === null ? '' : 'Retracted: '}${name} (${outage.account}) ${length}`
}
