import { durationOf, isExplicitOutage, type Outage } from './outage.ts'
import type { ReportParts, Section } from './report.ts'
import { acceptedWords, utc } from './report-words.ts'
import type { ChainedSighting } from './store.ts'
import { audienceWords, countWords, durationWords, reasonWords, spanWords } from './words.ts'

/** Who, what and how long. */
export function summary({ outage, name, profileUrl, now }: ReportParts): Section {
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

/** When, as far as it is known. */
export function instants({ outage }: ReportParts): Section {
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

/** How we know, and how far it can be trusted. */
export function certainty({ outage, sightings, isWhole, lookWords, now }: ReportParts): Section {
  const { coverage } = durationOf(outage, now)
  const disputed = outage.disputed.map((look) => lookWords[look] ?? look).join(', ')
  const last = sightings.at(-1)
  const rows = [
    ['Said so', `${countWords(outage.sightings, 'sighting')}${witnesses(sightings, lookWords)}`],
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
      : [
          [
            'Evidence',
            `${countWords(sightings.length, 'sighting')}, ${chainWords(isWhole)}; the last hash is ${last.hash}`,
          ],
        ]),
  ]
  return { title: 'How sure this is', head: ['', ''], rows, lines: [] }
}

const chainWords = (isWhole: boolean): string =>
  isWhole ? 'chained and as they were written' : 'NOT as they were written: the chain of their hashes is broken'

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
