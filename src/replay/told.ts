import type { Desk } from '../core/desk.ts'
import { durationOf } from '../core/outage.ts'
import { reachNews } from '../core/reach-message.ts'
import { scopeName, type Transition } from '../core/transition.ts'
import { audienceWords, causeWords, durationWords, reasonWords, spanWords } from '../core/words.ts'
import type { Trouble, Turn } from './scenario.ts'
import type { Mood } from './tale.ts'

type Line = readonly [text: string, mood: Mood]

/** A transition as one line. */
export function transitionLine(transition: Transition): Line {
  if ('platform' in transition) {
    return [`${transition.name} ${transition.platform}: ${transition.accounts.join(', ')}`, 'blind']
  }
  if ('scope' in transition) {
    const { scope, because } = transition
    const whom = scopeName(scope)
    const lost = transition.name === 'sight.lost'
    return lost ? [`we cannot see ${whom} any more: ${causeWords(because)}`, 'blind'] : [`we see ${whom} again`, 'good']
  }
  if ('subscriber' in transition) return [reachNews(transition), 'plain']
  const { outage, name } = transition
  if (name === 'outage.closed') {
    return [`${outage.account} is BACK after ${durationWords(durationOf(outage, transition.at))}`, 'good']
  }
  const what = reasonWords(outage.because, outage.now)
  if (name !== 'outage.opened') return [`${name} ${outage.account}: ${what}`, 'plain']
  const followers = outage.identity?.followers
  return [`${outage.account} is DOWN, ${what}${followers === undefined ? '' : `; ${audienceWords(followers)}`}`, 'bad']
}

const DEEDS = { gone: 'is gone', suspend: 'is suspended', back: 'is back', rename: 'is now called' } as const

/** What happens to an account, with what of it is invented. */
export const turnLine = (turn: Turn): string =>
  `@${turn.account} ${DEEDS[turn.does]}${turn.does === 'rename' ? ` @${turn.to}` : ''}${asides(turn)}`

const AILMENTS = { 'rate-limited': 'lets nobody ask any more', 'login-wall': 'shows a login page to all' } as const

/** What ails the platform, with what of it is invented. */
export const troubleLine = (trouble: Trouble): string => `the platform ${AILMENTS[trouble.does]}${asides(trouble)}`

const asides = ({ note, invented }: Turn | Trouble): string =>
  `${note === null ? '' : `: ${note}`}${invented === null ? '' : ` (invented: ${invented})`}`

/** Where everybody stands, for quiet stretches. */
export function standLine(desk: Desk): string {
  const accounts = desk.accounts()
  const counts = Map.groupBy(accounts, ({ belief }) => belief.kind)
  const beliefs = ['up', 'doubted', 'down', 'unknown'] as const
  const parts = beliefs.flatMap((kind) => (counts.has(kind) ? [`${counts.get(kind)?.length ?? 0} ${kind}`] : []))
  const down = accounts.flatMap(({ account, belief }) =>
    belief.kind === 'down'
      ? [`${account.account} for ${spanWords(durationOf(belief.outage, desk.now()).estimateMs)}`]
      : [],
  )
  const blind = desk.blindness().length > 0 ? ['we are blind'] : []
  return [parts.join(', '), ...down, ...blind].join('; ')
}
