import { lengthAt, type OutageJson } from '../client/index.ts'
import { durationWords, spanWords } from '../core/words.ts'
import { useDesk, useNow } from './hooks.ts'
import { agoWords, countedWords, instantWords } from './words.ts'

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

/** An instant in UTC; the reader's own time on hovering. */
export function Instant({ at }: { readonly at: string }) {
  const now = useDesk().now()
  return (
    <time dateTime={at} title={local.format(Date.parse(at))} class="nobr">
      {instantWords(Date.parse(at), now)}
    </time>
  )
}

/** How long ago something was, counting up. */
export function Age({ at }: { readonly at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={`${at}\n${local.format(Date.parse(at))}`} class="nobr num">
      {agoWords(now - Date.parse(at))}
    </time>
  )
}

/** An open outage's length, to the second, and what it may be at least and at most. */
export function Counting({ outage }: { readonly outage: OutageJson }) {
  const { estimateMs, minMs, maxMs } = lengthAt(outage, useNow())
  return (
    <p class="counting" role="timer" aria-live="off">
      <span class="estimate num">{countedWords(estimateMs)}</span>{' '}
      <span class="bounds num">
        {maxMs === null
          ? `at least ${spanWords(minMs, Math.floor)}`
          : `${spanWords(minMs, Math.floor)} to ${spanWords(maxMs, Math.ceil)}`}
      </span>
    </p>
  )
}

/** How long a closed outage was, with its bounds. */
export function Length({ outage }: { readonly outage: OutageJson }) {
  return <span class="num">{durationWords(outage.duration)}</span>
}
