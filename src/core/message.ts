import { instantOf, type Notice } from './notice.ts'
import { outageLines, outageNews, reminderNews } from './outage-message.ts'
import { whoWords, type Line, type Piece } from './piece.ts'
import { reachLines, reachNews } from './reach-message.ts'
import { summaryLines, summaryNews } from './summary-message.ts'
import { platformLines, platformNews, sightLines, sightNews } from './wide-message.ts'
import { instantWords, spanWords } from './words.ts'

export type { Line, Piece } from './piece.ts'

/** Where to read on: words, and a web address. */
export type Link = { readonly label: string; readonly url: string }

/** What happened, in one line of plain text: who, what, and whether it comes late. */
export const headline = (notice: Notice): string =>
  `${notice.drill === true ? 'DRILL: ' : ''}${news(notice)}${notice.late ? `; this message is ${spanWords(notice.lateMs)} late` : ''}`

/** Read first: nobody is to be woken for long by a test. */
const DRILL: Line = { label: 'Drill', pieces: ['this is only a test of how you are told; nobody is gone'] }

/** The message's facts, most important first. Written once here; channels only choose the dress. */
export function lines(notice: Notice): readonly Line[] {
  return notice.drill === true ? [DRILL, ...facts(notice)] : facts(notice)
}

function facts(notice: Notice): readonly Line[] {
  const { transition, summary } = notice
  const known =
    summary !== null
      ? summaryLines(summary)
      : 'outage' in transition
        ? outageLines({ ...transition, at: instantOf(notice) }, notice)
        : 'platform' in transition
          ? platformLines(transition)
          : 'subscriber' in transition
            ? reachLines(transition)
            : sightLines(transition)
  return notice.late ? [...known, { label: 'Late', pieces: [lateness(notice)] }] : known
}

/** Where to read on; web addresses only, every odd character in them encoded. */
export const links = ({ link, profileUrl }: Notice): readonly Link[] => [
  ...linkTo('Outage', link),
  ...linkTo('Profile', profileUrl),
]

function linkTo(label: string, url: string | null): readonly Link[] {
  const parsed = url === null ? null : URL.parse(url)
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? [{ label, url: parsed.href }] : []
}

/** A line where nothing but text can be shown. */
export const plainLine = ({ label, pieces }: Line): string => `${label}: ${pieces.map(plainPiece).join('')}`

const plainPiece = (piece: Piece): string =>
  typeof piece === 'string' ? piece : 'name' in piece ? piece.name : instantWords(piece.at)

function news(notice: Notice): string {
  const { transition, summary } = notice
  if (summary !== null) return summaryNews(summary)
  if ('outage' in transition) {
    const who = whoWords(notice, transition.outage.account)
    return notice.reminder === null
      ? outageNews(transition, who)
      : reminderNews(transition.outage, notice.reminder.at, who)
  }
  if ('subscriber' in transition) return reachNews(transition)
  return 'platform' in transition ? platformNews(transition) : sightNews(transition, notice)
}

function lateness({ lateMs, merged }: Notice): string {
  const late = `this message is ${spanWords(lateMs)} late`
  return merged.length === 0 ? late : `${late}; that it was gone could not be told before`
}
