import { AskFault } from '../core/answer.ts'
import type { Outcome } from '../core/channel.ts'
import { remember } from './memory.ts'

type Try = PromiseSettledResult<Outcome>

/** How often a notice is tried again only because some replica has not taken it. */
const INSISTENCE = 2

/**
 * What the tries of one notice at all the replicas of a target amount to: delivered once each replica has taken it. A
 * few more tries are made for those that have not; after them it counts as delivered if any replica has taken it.
 */
export function createReplicas() {
  /** How often each notice was taken by some and not by others. */
  const partly = new Map<string, number>()

  /** @throws {AskFault} where none has taken it and no answer says more */
  return (notice: string, tries: readonly Try[]): Outcome => {
    const missing = tries.filter((one) => one.status === 'rejected' || one.value.kind !== 'delivered')
    for (const one of missing) if (one.status === 'rejected' && !(one.reason instanceof AskFault)) throw one.reason
    const [first] = missing.toSorted((one, other) => hope(other) - hope(one))
    const times = (partly.get(notice) ?? 0) + 1
    if (first !== undefined && missing.length < tries.length && times <= INSISTENCE) {
      remember(partly, notice, times)
      const reason = `${missing.length} of ${tries.length} replicas: ${reasonOf(first)}`
      return { kind: 'retry', reason, retryAt: null }
    }
    partly.delete(notice)
    if (first === undefined || missing.length < tries.length) return { kind: 'delivered' }
    if (first.status === 'rejected') throw first.reason
    return first.value
  }
}

/**
 * Replicas that ask for another try come first, then those that could not be reached, then those that refuse for good.
 */
function hope(one: Try): number {
  if (one.status === 'fulfilled') return one.value.kind === 'retry' ? 2 : 0
  return one.reason instanceof AskFault && !one.reason.isFinal ? 1 : 0
}

function reasonOf(one: Try): string {
  if (one.status === 'rejected') return one.reason instanceof AskFault ? one.reason.message : ''
  return one.value.kind === 'delivered' ? '' : one.value.reason
}
