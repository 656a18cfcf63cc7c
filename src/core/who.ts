import { addressKey, type Account } from './account.ts'
import type { Subscriber } from './channel.ts'
import { formatDuration } from './durations.ts'
import { formatTime } from './hours.ts'
import { imaginedOutage } from './imagined.ts'
import { outageId } from './outage.ts'
import { hearerOf, hearsOfStorm, isCorrection, owedFor } from './owed.ts'
import { wantsType, type Roll, type Wish } from './tell.ts'
import type { Change, OutageChangeName, PlatformChange, SightChange, TransitionName } from './transition.ts'
import { instantWords } from './words.ts'

/** Whether a subscriber would hear of a change, how and when; if not, why not. */
export type Who = {
  readonly subscriber: string
  readonly channel: string
  readonly told: boolean
  /** Epoch ms; null when it is not told. */
  readonly at: number | null
  /** When and under what condition, or every condition of `tell` that fails; for people. */
  readonly words: string
}

/** What can happen to an account, or to its platform. */
export type AccountNews = OutageChangeName | SightChange['name'] | PlatformChange['name']

/** Whether a transition of this name happens to an account or its platform, and not to a subscriber. */
export const isAccountNews = (name: TransitionName): name is AccountNews => /^(?:outage|sight|platform)\./.test(name)

/** Who would be told if this happened now, in the order of the configuration: decided as when it happens. */
export function whoHears(
  account: Account,
  name: AccountNews,
  { subscribers, accounts, now }: { subscribers: readonly Subscriber[]; accounts: readonly Account[]; now: number },
): readonly Who[] {
  const change = imagined(account, name, now)
  const roll: Roll = {
    account: (address) => accounts.find((one) => addressKey(one.account) === addressKey(address)) ?? null,
    some: (test) => accounts.some(test),
  }
  return subscribers.map((subscriber) => {
    const head = { subscriber: subscriber.name, channel: subscriber.channel.id }
    const [owed] = owedFor([change], [hearerOf(subscriber)], roll, () => false)
    if (owed === undefined) return { ...head, told: false, at: null, words: whyNot(subscriber.tell, account, change) }
    const words = [whenWords(owed.form, owed.dueAt, subscriber, change), ...reminderWords(subscriber, change)]
    return { ...head, told: true, at: owed.dueAt, words: words.join(', ') }
  })
}

function imagined({ account, platform }: Account, name: AccountNews, at: number): Change {
  switch (name) {
    case 'sight.lost':
    case 'sight.regained':
      return { name, at, scope: { kind: 'account', account }, since: at, because: [] }
    case 'platform.troubled':
    case 'platform.settled':
      return { name, at, platform, since: at, accounts: [account] }
    default:
      return { name, at, outage: imaginedOutage(outageId(account, at), account, at) }
  }
}

function whenWords(form: string, at: number, { afterMs, hold }: Subscriber, { name }: Change): string {
  if (form === 'held' && hold !== undefined) {
    const time = `${formatTime(hold.kind === 'quiet' ? hold.to : hold.at)} ${hold.zone}, ${instantWords(at)}`
    const held =
      hold.kind === 'quiet'
        ? `at the end of the quiet hours (${time}), in one message with the rest`
        : `in the next digest (${time})`
    return afterMs !== undefined && name === 'outage.opened'
      ? `${held}, unless it is acknowledged or over within ${formatDuration(afterMs)}`
      : held
  }
  if (form !== 'escalation' || afterMs === undefined) return 'now'
  return name === 'outage.opened'
    ? `after ${formatDuration(afterMs)}, unless it is acknowledged or over by then`
    : 'now, if it was told of the opening'
}

const reminderWords = ({ remindMs }: Subscriber, { name }: Change): readonly string[] =>
  remindMs === undefined || name !== 'outage.opened'
    ? []
    : [`then every ${formatDuration(remindMs)} until it is acknowledged or over`]

function whyNot(tell: Wish, account: Account, change: Change): string {
  const misses = missesOf(tell, account, change)
  return isCorrection(change) ? `${misses}; only if it was told of the outage before` : misses
}

/** Every condition that fails; one is enough, but whoever mends one wants to know of the next. */
function missesOf({ types, tags, platforms, accounts, important }: Wish, account: Account, change: Change): string {
  const isItsType = 'platform' in change ? hearsOfStorm({ types }, change.name) : wantsType(types, change.name)
  const misses = isItsType ? [] : [`types has only ${types.join(', ')}`]
  if ('platform' in change) {
    const none = `no account on ${change.platform} is among those it hears of`
    return misses.length > 0 ? misses.join('; ') : none
  }
  if (tags.length > 0 && !tags.some((tag) => account.tags.includes(tag))) {
    misses.push(`tags has only ${tags.join(', ')}`)
  }
  if (platforms.length > 0 && !platforms.includes(account.platform)) {
    misses.push(`platforms has only ${platforms.join(', ')}`)
  }
  if (accounts.length > 0 && !accounts.some((one) => addressKey(one) === addressKey(account.account))) {
    misses.push(`accounts has only ${accounts.join(', ')}`)
  }
  if (important === true && !account.important) misses.push('it hears of important accounts only')
  return misses.join('; ')
}
