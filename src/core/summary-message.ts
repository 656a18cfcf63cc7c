import { matterOf } from './matter.ts'
import type { Notice, Summed } from './notice.ts'
import { durationOf, type Outage } from './outage.ts'
import { name, whoWords, type Line, type Piece } from './piece.ts'
import { reachNews } from './reach-message.ts'
import {
  scopeName,
  type OutageChange,
  type PlatformChange,
  type SightChange,
  type SubscriberChange,
} from './transition.ts'
import { causeWords, cleanName, countWords, durationWords, reasonWords } from './words.ts'

const MOST_LISTED = 20
const MOST_NAMED = 3

/** What became of one matter, in a line; what goes on comes before what is over. */
type Entry = { readonly isOpen: boolean; readonly isOutage: boolean; readonly who: string; readonly line: Line }

/** What happened while it was held, in one line. */
export function summaryNews(summary: readonly Summed[]): string {
  const entries = entriesOf(summary)
  const outages = entries.filter(({ isOutage }) => isOutage)
  const gone = outages.filter(({ isOpen }) => isOpen).map(({ who }) => who)
  const back = outages.length - gone.length
  const other = entries.length - outages.length
  const parts = [
    ...(gone.length > 0 ? [`${namesWords(gone)} still gone`] : []),
    ...(back > 0 ? [`${countWords(back, 'outage')} over`] : []),
    ...(other > 0 ? [countWords(other, 'other matter')] : []),
  ]
  return `Summary: ${parts.join('; ')}`
}

function namesWords(who: readonly string[]): string {
  const more = who.length - MOST_NAMED
  return `${who.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** A line for each matter: what is still open first, then what is over, each in the order in which it began. */
export function summaryLines(summary: readonly Summed[]): readonly Line[] {
  const entries = entriesOf(summary)
  const inOrder = [...entries.filter(({ isOpen }) => isOpen), ...entries.filter(({ isOpen }) => !isOpen)]
  const more = inOrder.length - MOST_LISTED
  const listed = inOrder.slice(0, MOST_LISTED).map(({ line }) => line)
  return more > 0 ? [...listed, { label: 'More', pieces: [`and ${more} more`] }] : listed
}

/** One entry for each outage, loss of sight or storm, as it stood last. */
function entriesOf(summary: readonly Summed[]): readonly Entry[] {
  const matters = new Map<string, Summed>()
  for (const summed of summary) {
    const { id, since } = matterOf(summed.transition)
    matters.set(`${id} ${since}`, summed)
  }
  return [...matters.values()].map(entryOf)
}

function entryOf(summed: Summed): Entry {
  const { transition } = summed
  if ('outage' in transition) return outageEntry(transition, summed)
  if ('subscriber' in transition) return reachEntry(transition)
  return 'platform' in transition ? platformEntry(transition) : sightEntry(transition)
}

function outageEntry({ outage }: OutageChange, summed: Pick<Notice, 'account'>): Entry {
  const who = whoWords(summed, outage.account)
  const isOpen = outage.closedAt === null && outage.retracted === null
  const label = isOpen ? 'Still gone' : outage.retracted === null ? 'Was gone' : 'Retracted'
  const pieces: readonly Piece[] = [
    { name: who },
    ': ',
    // It may name whoever stands there instead.
    { name: reasonWords(outage.because, outage.now) },
    ...spanPieces(outage),
  ]
  return { isOpen, isOutage: true, who, line: { label, pieces: [...pieces, ...remarkPieces(outage)] } }
}

const spanPieces = (outage: Outage): readonly Piece[] =>
  outage.closedAt === null
    ? [', since ', { at: outage.firstAbsentAt }]
    : [', from ', { at: outage.firstAbsentAt }, `, ${durationWords(durationOf(outage, outage.closedAt))}`]

function remarkPieces({ acknowledged, retracted, closedAt }: Outage): readonly Piece[] {
  if (retracted !== null) return [', retracted by ', name(retracted.by, 40)]
  return acknowledged !== null && closedAt === null ? [', acknowledged by ', name(acknowledged.by, 40)] : []
}

function platformEntry({ name: change, platform, since, at, accounts }: PlatformChange): Entry {
  const isOpen = change === 'platform.troubled'
  const pieces: readonly Piece[] = [
    `${platform}: ${countWords(accounts.length, 'account')} gone at once, since `,
    { at: since },
    ...(isOpen ? [] : [', settled ', { at }]),
  ]
  return { isOpen, isOutage: false, who: platform, line: { label: isOpen ? 'In trouble' : 'Was in trouble', pieces } }
}

const reachEntry = (change: SubscriberChange): Entry => ({
  isOpen: change.name === 'subscriber.lost',
  isOutage: false,
  who: cleanName(change.subscriber, 40),
  line: { label: 'Subscriber', pieces: [{ name: reachNews(change) }] },
})

function sightEntry({ name: change, scope, since, at, because }: SightChange): Entry {
  const isOpen = change === 'sight.lost'
  const who = cleanName(scopeName(scope), 80)
  const pieces: readonly Piece[] = [
    { name: who },
    ', since ',
    { at: since },
    ...(isOpen ? [`: ${causeWords(because)}`] : [', until ', { at }]),
  ]
  return { isOpen, isOutage: false, who, line: { label: isOpen ? 'Cannot see' : 'Could not see', pieces } }
}
