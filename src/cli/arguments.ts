import { InvalidArgumentError } from 'commander'
import { splitAddress } from '../core/account.ts'
import { parseDuration } from '../core/durations.ts'

/** How many times as fast as life. */
export function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0 && number <= 10_000)) throw new InvalidArgumentError('Expected a number from above 0 to 10000.')
  return number
}

/** An account on the roll. */
export function address(text: string): string {
  if (splitAddress(text) !== null) return text
  throw new InvalidArgumentError('Expected an account such as x:NASA.')
}

/** Where a Rollcall listens. */
export function webAddress(text: string): string {
  if (/^(?:https?|wss?):$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new InvalidArgumentError('Expected an address such as https://rollcall.example.org.')
}

/** 0 is any free one. */
export function port(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('Expected a port number.')
  return number
}

/** A length of time, as written. */
export function duration(text: string): string {
  if (parseDuration(text) !== null) return text
  throw new InvalidArgumentError('Expected a duration such as 2h.')
}
