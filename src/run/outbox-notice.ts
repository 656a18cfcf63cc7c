import type { Account } from '../core/account.ts'
import type { Notice, Summed } from '../core/notice.ts'
import { isEscalated, isSummary, latenessOf, type Parcel } from '../core/parcel.ts'
import { accountOf } from '../core/transition.ts'

/** What a notice says beside the transition itself. */
export type NoticeParts = {
  /** As configured; null once it has left the roll. */
  readonly account: (address: string) => Account | null
  readonly profileUrl: (address: string) => string | null
  /** The looks' own words by look name, for this account's platform. */
  readonly lookWords: (address: string) => Readonly<Record<string, string>>
  /** Where people read about an outage; null without a public address. */
  readonly linkTo: (outage: string) => string | null
}

/** A parcel put into words for a channel; its id is the carrier's, on every try. */
export function noticeOf(parcel: Parcel, now: number, parts: NoticeParts): Notice {
  const { delivery, transition } = parcel.carrier
  const summary = isSummary(parcel) ? summed(parcel, parts) : null
  const address = summary === null ? accountOf(transition) : null
  return {
    id: delivery.id,
    transition,
    account: address === null ? null : parts.account(address),
    profileUrl: address === null ? null : parts.profileUrl(address),
    lookWords: address === null ? {} : parts.lookWords(address),
    ...latenessOf(parcel, now),
    reminder: delivery.reminder === 0 ? null : { number: delivery.reminder, at: delivery.plannedAt },
    ...(isEscalated(parcel.carrier) && { lastedUntil: delivery.plannedAt }),
    summary,
    thread: parcel.thread,
    merged: parcel.merged.map((told) => ({ id: told.delivery.id, transition: told.transition })),
    link: summary === null && 'outage' in transition ? parts.linkTo(transition.outage.id) : null,
  }
}

const summed = ({ merged, carrier }: Parcel, parts: NoticeParts): readonly Summed[] =>
  [...merged, carrier].map(({ transition }) => {
    const address = accountOf(transition)
    return { transition, account: address === null ? null : parts.account(address) }
  })
