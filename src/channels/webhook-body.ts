import { iso, transitionJson } from '../core/json.ts'
import { instantOf, type Notice, type Summed } from '../core/notice.ts'
import { platformOf, type Transition } from '../core/transition.ts'

/** How much a body says: all that is known, or ids only. */
export const BODIES = ['full', 'thin'] as const
/** Which envelope a body comes in. */
export const FORMATS = ['standard', 'cloudevents'] as const

type Size = (typeof BODIES)[number]
type Format = (typeof FORMATS)[number]

/**
 * The least that every CloudEvents intermediary forwards (CloudEvents 1.0, size limits); other receivers take it, too.
 */
const MOST_BYTES = 64 * 1024

/** The content type of a format. */
export const typeOf = (format: Format): string =>
  format === 'standard' ? 'application/json' : 'application/cloudevents+json'

/** The text to sign and send. A full body that may be too big for some receiver is sent thin instead. */
export function bodyOf(notice: Notice, size: Size, format: Format): string {
  const text = JSON.stringify(enveloped(notice, size, format))
  return size === 'full' && Buffer.byteLength(text) > MOST_BYTES ? bodyOf(notice, 'thin', format) : text
}

/** CloudEvents 1.0 in structured mode (github.com/cloudevents/spec); `id` and `source` are the same on every try. */
function enveloped(notice: Notice, size: Size, format: Format): object {
  const { type, timestamp, data, subject } =
    notice.summary === null ? standardBody(notice, size) : summaryBody(notice, notice.summary, size)
  if (format === 'standard') return { type, timestamp, data }
  return {
    specversion: '1.0',
    id: notice.id,
    source: '/rollcall',
    type,
    ...(subject === null ? {} : { subject }),
    time: timestamp,
    datacontenttype: 'application/json',
    data,
  }
}

/** An open outage's length is as of an instant that does not change, so that a notice reads the same on every try. */
function standardBody(notice: Notice, size: Size): Body {
  const { drill, transition, account, late, lateMs, link, profileUrl, merged, reminder } = notice
  const { name, at, ...fields } = transitionJson(transition, (address) => account?.name ?? address, instantOf(notice))
  return {
    // Never the type it plays: no receiver is to take a test for the truth.
    type: drill === true ? 'drill' : name,
    timestamp: at,
    subject: fields.account ?? platformOf(transition),
    data: {
      ...(reminder === null ? {} : { reminder: { number: reminder.number, at: iso(reminder.at) } }),
      ...(drill === true ? { drill, plays: name } : {}),
      ...(size === 'full' ? fields : thin(transition, fields)),
      late,
      lateMs,
      link,
      profile: profileUrl,
      merged: mergedIds(merged),
    },
  }
}

/** A summary: each transition as it would have come by itself, outages as they stand. */
function summaryBody({ transition, late, lateMs, merged }: Notice, summary: readonly Summed[], size: Size): Body {
  const transitions = summary.map(({ transition: one, account }) => {
    const { name: type, at, ...fields } = transitionJson(one, (address) => account?.name ?? address, transition.at)
    return { type, timestamp: at, ...(size === 'full' ? fields : thin(one, fields)) }
  })
  const data = { transitions, late, lateMs, link: null, profile: null, merged: mergedIds(merged) }
  return { type: 'summary', timestamp: iso(transition.at), subject: null, data }
}

const mergedIds = (merged: Notice['merged']) =>
  merged.map(({ id, transition: { seq, name: type } }) => ({ id, seq, type }))

type Body = {
  readonly type: string
  readonly timestamp: string
  readonly subject: string | null
  readonly data: object
}

type Fields = { readonly seq: number; readonly id: string; readonly account: string | null }

/** Only what it takes to ask for the rest. */
const thin = (transition: Transition, { seq, id, account }: Fields) => ({
  seq,
  id,
  account,
  ...('outage' in transition ? { outage: { id: transition.outage.id } } : { platform: platformOf(transition) }),
})
