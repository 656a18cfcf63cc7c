import { reachNews } from './reach-message.ts'
import type { ReportParts, Section } from './report.ts'
import { acceptedWords, utc } from './report-words.ts'
import { scopeName, type Transition } from './transition.ts'
import { causeWords, countWords, reasonWords } from './words.ts'

/** What we came to believe, and when. */
export function timeline({ transitions }: ReportParts): Section {
  const rows = transitions.map((transition) => [utc(transition.at), transition.name, storyOf(transition)])
  return { title: 'What happened when', head: ['UTC', 'Transition', 'Detail'], rows, lines: [] }
}

function storyOf(transition: Transition): string {
  if ('platform' in transition) return `${transition.platform}: ${countWords(transition.accounts.length, 'account')}`
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

/** Whom we told, and what they answered. */
export function told({ deliveries, transitions }: ReportParts): Section {
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

/** What people said about it. */
export function notes({ outage }: ReportParts): Section {
  const remarks = [
    ...(outage.acknowledged === null ? [] : [['acknowledged', outage.acknowledged] as const]),
    ...outage.notes.map((remark) => ['noted', remark] as const),
    ...(outage.retracted === null ? [] : [['retracted', outage.retracted] as const]),
  ]
  const rows = remarks.map(([what, { at, by, note }]) => [utc(at), what, by, note])
  return { title: 'What people said', head: ['UTC', 'What', 'Who', 'Note'], rows, lines: [] }
}
