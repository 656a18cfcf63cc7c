import type { AccountView, BlindSpell, OutageJson } from '../client/index.ts'
import { CAUSES, REASONS } from '../core/verdict.ts'
import { causeWords, reasonWords } from '../core/words.ts'

const SECOND = 1_000

/** A length that is being watched, to the second however long: `58 s`, `11 m 02 s`, `2 h 05 m 09 s`, `3 d 04 h 05 m`. */
export function countedWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ]
  if (d > 0) return `${d} d ${two(h)} h ${two(m)} m`
  if (h > 0) return `${h} h ${two(m)} m ${two(s)} s`
  return m > 0 ? `${m} m ${two(s)} s` : `${s} s`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `8 s ago`, `4 m ago`, `3 h ago`, `2 d ago`. */
export function agoWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND))
  if (seconds < 100) return `${seconds} s ago`
  if (seconds < 6_000) return `${Math.round(seconds / 60)} m ago`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h ago` : `${Math.round(seconds / 86_400)} d ago`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `22:52:03 UTC`, with the day where it is not the day of `now`. */
export function instantWords(at: number, now: number): string {
  const text = new Date(at).toISOString()
  const time = `${text.slice(11, 19)} UTC`
  if (new Date(now).toISOString().slice(0, 10) === text.slice(0, 10)) return time
  return `${Number(text.slice(8, 10))} ${MONTHS[Number(text.slice(5, 7)) - 1] ?? ''} ${time}`
}

/** Why an account is where it stands, in words; empty when there is nothing to explain. */
export function whyWords(account: AccountView, outage: OutageJson | undefined): string {
  if (outage !== undefined) return reasonWords(outage.because, outage.now)
  if (account.belief === 'down') return reasonWords(account.because)
  if (account.belief === 'doubted') return doubtWords(account)
  return account.blind ? `cannot see: ${causeWords(causesOf(account))}` : ''
}

function doubtWords({ looks }: AccountView): string {
  const absent = looks.filter(({ verdict }) => verdict === 'absent')
  if (absent.length === 0) return 'an absence is being confirmed'
  return absent.map(({ look, because }) => `${look}: ${reasonWords(known(REASONS, because))}`).join('; ')
}

const causesOf = ({ looks }: AccountView) =>
  known(
    CAUSES,
    looks.filter(({ verdict }) => verdict === 'inconclusive').flatMap(({ because }) => because),
  )

/** What one look said: `present`, `gone: not found`, `rate limited`. */
export function saidWords({ verdict, because }: AccountView['looks'][number]): string {
  if (verdict === 'present') return 'present'
  return verdict === 'absent' ? reasonWords(known(REASONS, because)) : causeWords(known(CAUSES, because))
}

/** `1 account`, `3 accounts`. */
export const accountWords = (count: number): string => `${count} ${count === 1 ? 'account' : 'accounts'}`

/** What we cannot see, and why. */
export function blindWords({ scope, of, because, accounts }: BlindSpell): string {
  const what = scope === 'everything' ? 'anything' : (of ?? '')
  const many = scope === 'platform' ? ` (${accountWords(accounts.length)})` : ''
  return `We cannot see ${what}${many}: ${causeWords(known(CAUSES, because))}`
}

/** A newer server may name a reason that this page does not know yet; it is left out rather than shown raw. */
const known = <T extends string>(words: readonly T[], said: readonly string[]): readonly T[] =>
  words.filter((word) => said.includes(word))
