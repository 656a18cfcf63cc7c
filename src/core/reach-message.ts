import { name, type Line } from './piece.ts'
import type { SubscriberChange } from './transition.ts'
import { cleanName, instantWords, spanWords } from './words.ts'

const owedWords = (owed: number): string => `${owed} ${owed === 1 ? 'notice' : 'notices'} owed`

/** Whom we cannot tell, in one line. */
export function reachNews({ name: change, subscriber, since, at, reason, owed }: SubscriberChange): string {
  const who = cleanName(subscriber, 40)
  return change === 'subscriber.lost'
    ? `${who} cannot be reached since ${instantWords(since)}: ${cleanName(reason, 120)}; ${owedWords(owed)}`
    : `${who} can be reached again after ${spanWords(at - since)}; ${owedWords(owed)}`
}

export function reachLines({ name: change, subscriber, since, at, reason, owed }: SubscriberChange): readonly Line[] {
  const isLost = change === 'subscriber.lost'
  return [
    { label: 'Subscriber', pieces: [name(subscriber, 64)] },
    {
      label: isLost ? 'Since' : 'Not reached',
      pieces: isLost ? [{ at: since }] : ['from ', { at: since }, ' to ', { at }],
    },
    { label: 'Last answer', pieces: [name(reason, 200)] },
    { label: 'Waiting', pieces: [owedWords(owed)] },
  ]
}
