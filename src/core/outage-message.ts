import type { Notice } from './notice.ts'
import { durationOf, isExplicitOutage, isUnseen, type Outage, type Remark } from './outage.ts'
import { name, type Line, type Piece } from './piece.ts'
import type { OutageChange } from './transition.ts'
import {
  audienceWords,
  cleanName,
  countWords,
  durationWords,
  faceWords,
  handleWords,
  reasonWords,
  spanWords,
  trustWords,
} from './words.ts'

/** What happened to an outage, in one line. */
export function outageNews(change: OutageChange, who: string): string {
  const { outage } = change
  switch (change.name) {
    case 'outage.opened':
      return `${who}${isStranger(outage) ? ':' : ' is'} ${reasonWords(outage.because, outage.now)}`
    case 'outage.changed':
      return `${who} is still gone: ${reasonWords(outage.because, outage.now).replace(/^gone: /, '')}`
    case 'outage.closed':
      return outage.accepted
        ? `${who}: ${faceWords(outage.accepted.identity)} accepted by ${by(outage.accepted)} after ${lengthWords(outage, change.at)}`
        : `${who} is back, was gone ${lengthWords(outage, change.at)}`
    case 'outage.acknowledged':
      return `${by(outage.acknowledged)} has acknowledged that ${who} is gone`
    case 'outage.annotated':
      return `${by(outage.notes.at(-1))} has added a note on the outage of ${who}`
    case 'outage.retracted':
      return `${by(outage.retracted)} has retracted the outage of ${who}`
  }
}

/** An opening told again, in one line: it lasts, and nobody has taken it on. */
export const reminderNews = (outage: Outage, at: number, who: string): string =>
  isStranger(outage)
    ? `${who}: ${reasonWords(outage.because)}, for ${lengthWords(outage, at)}`
    : `${who} is still gone, for ${lengthWords(outage, at)}: ${reasonWords(outage.because, outage.now).replace(/^gone: /, '')}`

const isStranger = ({ because }: Outage): boolean => because.length === 1 && because[0] === 'taken_over'

const by = (remark: { readonly by: string } | null | undefined): string => cleanName(remark?.by ?? '', 40) || 'Somebody'

const lengthWords = (outage: Outage, at: number): string => {
  const { estimateMs, minMs } = durationOf(outage, at)
  return isUnseen(outage) ? `at least ${spanWords(minMs, Math.floor)}` : spanWords(estimateMs)
}

/** An outage as it stood when the change was made. */
export function outageLines(change: OutageChange, notice: Notice): readonly Line[] {
  const { outage } = change
  const over = outage.closedAt !== null
  return [
    { label: 'Account', pieces: whoPieces(outage, notice) },
    { label: 'Reason', pieces: reasonPieces(outage) },
    ...(outage.disputed.length > 0 ? [{ label: 'Disputed', pieces: disputePieces(outage, notice) }] : []),
    { label: over ? 'Was gone' : 'Gone', pieces: startPieces(outage) },
    ...endLines(outage),
    {
      label: over ? 'Length' : notice.late ? 'At that time' : 'So far',
      pieces: [durationWords(durationOf(outage, change.at)), seenShare(change)],
    },
    ...answerLines(outage, notice),
    { label: 'Evidence', pieces: evidencePieces(outage, notice) },
    ...handledLines(change),
    ...remarkLines(change),
  ]
}

function whoPieces(outage: Outage, { account }: Notice): readonly Piece[] {
  const followers = outage.identity?.followers
  const known = name(outage.account)
  const called = cleanName(account?.name ?? '', 120)
  return [
    ...(called === '' || called === outage.account ? [known] : [{ name: called }, ', ', known]),
    ...(followers === undefined ? [] : [`, ${audienceWords(followers)}`]),
  ]
}

function reasonPieces({ because, now }: Outage): readonly Piece[] {
  if (now === null) return [reasonWords(because)]
  const id = now.id === null ? [] : [', id ', name(now.id)]
  return [reasonWords(because), '; there now: ', { name: handleWords(now.handle) }, ...id]
}

/** "suspended, yet present at its host": the looks' own words, since nobody reads look names. */
function disputePieces({ because, disputed }: Outage, { lookWords }: Notice): readonly Piece[] {
  const places = disputed.flatMap((look, index): Piece[] => [
    ...(index === 0 ? [] : [' and ']),
    lookPiece(look, lookWords),
  ])
  return [`${reasonWords(because)}, yet present `, ...places]
}

const startPieces = ({ lastPresentAt, firstAbsentAt }: Outage): readonly Piece[] =>
  lastPresentAt === null
    ? ['before ', { at: firstAbsentAt }, ', never seen present']
    : between(lastPresentAt, firstAbsentAt)

/** A decision has one instant; who comes back does so between two. */
function endLines({ accepted, lastAbsentAt, firstPresentAt }: Outage): readonly Line[] {
  if (firstPresentAt === null) return []
  if (!accepted) return [{ label: 'Back', pieces: between(lastAbsentAt, firstPresentAt) }]
  return [{ label: 'Accepted', pieces: [{ name: faceWords(accepted.identity) }, ', ', { at: accepted.at }] }]
}

const between = (from: number, to: number): readonly Piece[] => ['between ', { at: from }, ' and ', { at: to }]

function seenShare({ outage, at }: OutageChange): string {
  const { coverage } = durationOf(outage, at)
  return coverage >= 0.995 ? '' : `, of which we could see ${Math.round(coverage * 100)} %`
}

/** What the looks were told, in the platform's own words as far as it has any. */
function answerLines({ answers = [] }: Outage, { lookWords }: Notice): readonly Line[] {
  const said = answers.flatMap(({ look, marker }) => (marker === null ? [] : [{ look, marker }]))
  const pieces = said.flatMap(({ look, marker }, index): Piece[] => [
    ...(index === 0 ? [] : ['; ']),
    name(marker, 200),
    ' (',
    lookPiece(look, lookWords),
    ')',
  ])
  return pieces.length === 0 ? [] : [{ label: 'Answer', pieces }]
}

/** No outage opens unless the controls have answered right since it was first suspected. */
function evidencePieces(outage: Outage, { lookWords }: Notice): readonly Piece[] {
  const { sightings, answers = [] } = outage
  const looks = answers.map(({ look }) => lookPiece(look, lookWords))
  return [
    countWords(sightings, 'sighting'),
    ...looks.flatMap((look, index): Piece[] => [index === 0 ? ' ' : ' and ', look]),
    ' while the controls answered right; ',
    isExplicitOutage(outage) ? 'the platform says why' : 'the platform does not say why',
    trustWords(outage),
  ]
}

const lookPiece = (look: string, words: Notice['lookWords']): Piece => words[look] ?? name(look, 40)

/** News of an outage that somebody has taken on must not call everybody else. */
function handledLines({ name: change, outage: { acknowledged, retracted, closedAt } }: OutageChange): readonly Line[] {
  if (change === 'outage.acknowledged' || acknowledged === null || retracted !== null || closedAt !== null) return []
  return [{ label: 'Acknowledged', pieces: ['by ', name(acknowledged.by, 60), ', ', { at: acknowledged.at }] }]
}

function remarkLines(change: OutageChange): readonly Line[] {
  const remark = remarkOf(change)
  return remark === null ? [] : [{ label: 'Note', pieces: [name(remark.by, 60), ': ', name(remark.note, 500)] }]
}

/** What a person said with this change. */
function remarkOf({ name: change, outage }: OutageChange): Remark | null {
  switch (change) {
    case 'outage.acknowledged':
      return outage.acknowledged
    case 'outage.retracted':
      return outage.retracted
    case 'outage.annotated':
      return outage.notes.at(-1) ?? null
    case 'outage.closed':
      return outage.notes.find(({ at }) => at === outage.accepted?.at) ?? null
    default:
      return null
  }
}
