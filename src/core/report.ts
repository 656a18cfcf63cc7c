import type { Delivery } from './delivery.ts'
import { iso } from './json.ts'
import { durationOf, isExplicitOutage, type Accepted, type Outage } from './outage.ts'
import { reachNews } from './reach-message.ts'
import { htmlOf } from './report-html.ts'
import { reportJson } from './report-json.ts'
import { markdownOf, terminalOf } from './report-text.ts'
import type { ChainedSighting } from './store.ts'
import { scopeName, type Transition } from './transition.ts'
import { audienceWords, causeWords, durationWords, faceWords, reasonWords, spanWords } from './words.ts'

/** All that is known of one outage. */
export type ReportParts = {
  readonly outage: Outage
  /** The account's name as configured. */
  readonly name: string
  readonly profileUrl: string | null
  /** The sightings kept for it, oldest first. */
  readonly sightings: readonly ChainedSighting[]
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

/** `2017-11-02 22:51:58.120`. */
const utc = (at: number): string => iso(at).replace('T', ' ').replace('Z', '')

function titleOf({ outage, name, now }: ReportParts): string {
  const span = spanWords(durationOf(outage, now).estimateMs)
  const length = outage.closedAt === null ? `has been gone for ${span}` : `was gone for ${span}`
  return `${outage.retracted === null ? '' : 'Retracted: '}${name} (${outage.account}) ${length}`
}

function summary({ outage, name, profileUrl, now }: ReportParts): Section {
  const { identity } = outage
  const rows = [
    ['Who', name],
    ['Account', outage.account],
    ...(profileUrl === null ? [] : [['Profile', { url: profileUrl }]]),
    ['Platform id', identity?.id ?? 'not known'],
    ['Audience', identity?.followers === undefined ? 'not known' : audienceWords(identity.followers)],
    ['What', reasonWords(outage.because, outage.now)],
    ['Duration', durationWords(durationOf(outage, now))],
    ['State', stateOf(outage)],
    ['Outage', outage.id],
  ]
  return { title: '', head: ['', ''], rows, lines: [] }
}

function stateOf({ closedAt, retracted, accepted }: Outage): string {
  const end = accepted ? acceptedWords(accepted) : 'back'
  const state = closedAt === null ? 'still gone' : `${end}, told at ${utc(closedAt)}`
  return retracted === null ? state : `retracted by ${retracted.by} at ${utc(retracted.at)} (${state})`
}

const acceptedWords = ({ identity, by }: Accepted): string => `${faceWords(identity)} accepted by ${by}`

function instants({ outage }: ReportParts): Section {
  const { lastPresentAt, firstAbsentAt, lastAbsentAt, firstPresentAt, accepted } = outage
  const end = accepted ? 'accepted then; nobody had come back' : 'answered by then, it was back'
  const rows = [
    ['last present', lastPresentAt === null ? 'never seen' : utc(lastPresentAt), 'asked then, it was still there'],
    ['first absent', utc(firstAbsentAt), 'answered by then, it was gone'],
    ['last absent', utc(lastAbsentAt), 'asked then, it was still gone'],
    ['first present', firstPresentAt === null ? 'not yet' : utc(firstPresentAt), end],
  ]
  const lines = [
    accepted
      ? 'It went between the first two; a decision ended it at the last: the duration’s bounds come from there.'
      : 'It went between the first two and came back between the last two: the duration’s bounds come from there.',
  ]
  return { title: 'The four instants', head: ['Instant', 'UTC', 'What it means'], rows, lines }
}

function certainty({ outage, sightings, lookWords, now }: ReportParts): Section {
  const { coverage } = durationOf(outage, now)
  const disputed = outage.disputed.map((look) => lookWords[look] ?? look).join(', ')
  const last = sightings.at(-1)
  const rows = [
    ['Said so', `${outage.sightings} sightings${witnesses(sightings, lookWords)}`],
    [
      'Kind',
      isExplicitOutage(outage)
        ? 'explicit: the platform says why'
        : 'bare: the platform only says that it is not there',
    ],
    ['Trust', outage.trust],
    ['Controls', 'answered as they should after the first absent sighting: no outage opens otherwise'],
    ['Disputed', disputed === '' ? 'by no look' : `there when asked ${disputed}`],
    ['Seen', `${percent(coverage)} of it; blind for ${spanWords(outage.blindMs)}`],
    ...(last === undefined
      ? []
      : [['Evidence', `${sightings.length} sightings, chained; the last hash is ${last.hash}`]]),
  ]
  return { title: 'How sure this is', head: ['', ''], rows, lines: [] }
}

/** `: by its name 5 times, by its id 4 times`, of the absent sightings that were kept. */
function witnesses(sightings: readonly ChainedSighting[], lookWords: ReportParts['lookWords']): string {
  const absent = sightings.flatMap(({ sighting }) => (sighting.verdict.kind === 'absent' ? [sighting] : []))
  const looks = Map.groupBy(absent, ({ look, vantage }) =>
    vantage === 'home' ? (lookWords[look] ?? look) : `${lookWords[look] ?? look} from ${vantage}`,
  )
  const words = [...looks].map(([look, seen]) => `${look} ${seen.length === 1 ? 'once' : `${seen.length} times`}`)
  return words.length === 0 ? '' : `; kept: ${words.join(', ')}`
}

const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`

function timeline({ transitions }: ReportParts): Section {
  const rows = transitions.map((transition) => [utc(transition.at), transition.name, storyOf(transition)])
  return { title: 'What happened when', head: ['UTC', 'Transition', ''], rows, lines: [] }
}

function storyOf(transition: Transition): string {
  if ('platform' in transition) return `${transition.platform}: ${transition.accounts.length} accounts`
  if ('scope' in transition) {
    const { scope, because } = transition
    return `${scopeName(scope)}, nothing clear since ${utc(transition.since)}: ${causeWords(because)}`
  }
  if ('subscriber' in transition) return reachNews(transition)
  const { outage } = transition
  if (transition.name === 'outage.acknowledged') return `by ${outage.acknowledged?.by ?? 'nobody'}`
  if (transition.name === 'outage.retracted') return `by ${outage.retracted?.by ?? 'nobody'}`
  if (transition.name === 'outage.annotated') return `by ${outage.notes.at(-1)?.by ?? 'nobody'}`
  if (transition.name !== 'outage.closed') return reasonWords(outage.because, outage.now)
  return outage.accepted ? acceptedWords(outage.accepted) : 'back, same identity'
}

function told({ deliveries, transitions }: ReportParts): Section {
  const names = new Map(transitions.map(({ id, name }) => [id, name]))
  // A notice's id begins with the time of its transition.
  const inOrder = deliveries.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const rows = inOrder.map((delivery) => [
    delivery.subscriber,
    names.get(delivery.transition) ?? delivery.transition,
    delivery.state,
    delivery.deliveredAt === null ? '' : utc(delivery.deliveredAt),
    `${delivery.tries}`,
    delivery.lastError ?? '',
  ])
  return { title: 'Who was told', head: ['Subscriber', 'What', 'State', 'UTC', 'Tries', 'Last error'], rows, lines: [] }
}

function notes({ outage }: ReportParts): Section {
  const remarks = [
    ...(outage.acknowledged === null ? [] : [['acknowledged', outage.acknowledged] as const]),
    ...outage.notes.map((remark) => ['noted', remark] as const),
    ...(outage.retracted === null ? [] : [['retracted', outage.retracted] as const]),
  ]
  const rows = remarks.map(([what, { at, by, note }]) => [utc(at), what, by, note])
  return { title: 'What people said', head: ['UTC', 'What', 'Who', 'Note'], rows, lines: [] }
}
