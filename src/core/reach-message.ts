import { name, type Line } from './piece.ts'
import type { SubscriberChange } from './transition.ts'
import { cleanName, countWords, instantWords, spanWords } from './words.ts'

const owedWords = (owed: number): string => `${countWords(owed, 'notice')} owed`
/** Nothing is owed where all was refused: that none waits must not read as if all had been told. */
const owedToo = (owed: number): string => (owed === 0 ? '' : `; ${owedWords(owed)}`)

/** Whom we cannot tell, in one line. */
export function reachNews({ name: change, subscriber, since, at, reason, owed }: SubscriberChange): string {
  const who = cleanName(subscriber, 40)
  return change === 'subscriber.lost'
    ? `${who} cannot be reached since ${instantWords(since)}: ${cleanName(reason, 120)}${owedToo(owed)}`
    : `${who} can be reached again after ${spanWords(at - since)}${owedToo(owed)}`
}

/** Whom we cannot tell, since when and why, as a message's facts. */
export function reachLines({ name: change, subscriber, since, at, reason, owed }: SubscriberChange): readonly Line[] {
  const isLost = change === 'subscriber.lost'
  return [
    { label: 'Subscriber', pieces: [name(subscriber, 64)] },
    {
      label: isLost ? 'Since' : 'Not reached',
      pieces: isLost ? [{ at: since }] : ['from ', { at: since }, ' to ', { at }],
    },
    { label: 'Last answer', pieces: [name(reason, 200)] },
    {
      label: 'Waiting',
      pieces: [owed === 0 ? 'nothing; what was refused or has expired can be told again by hand' : owedWords(owed)],
    },
  ]
}
