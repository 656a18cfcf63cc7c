import type { Account } from './account.ts'
import type { Belief } from './belief.ts'

/** In which order a platform's queue is worked off, most urgent first. */
export const URGENCIES = ['doubt', 'hint', 'down', 'important', 'ordinary'] as const
export type Urgency = (typeof URGENCIES)[number]

/** 0 is the most urgent. */
export const rank = (urgency: Urgency): number => URGENCIES.indexOf(urgency)

/** Of the roll's requests, this share goes to ordinary accounts even while important ones wait: none may starve. */
export const ordinaryShare = 1 / 8

/** Doubts and hints may use the part of the budget that is kept back from the roll. */
export const isPressing = (urgency: Urgency): boolean => urgency === 'doubt' || urgency === 'hint'

/** How urgent an account's turn on the roll is. */
export function urgencyOf(belief: Belief, account: Account): Urgency {
  if (belief.kind === 'doubted') return 'doubt'
  if (belief.kind === 'down') return 'down'
  return account.important ? 'important' : 'ordinary'
}
