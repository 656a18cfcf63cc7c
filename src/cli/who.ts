import type { Account } from '../core/account.ts'
import { iso } from '../core/json.ts'
import type { Who } from '../core/who.ts'
import { inkFor, oneLine, type Out } from './terminal.ts'

/** Prints who would be told, how and when, and below them why the others would not. */
export function printWho({ account }: Account, type: string, who: readonly Who[], out: Out): void {
  const ink = inkFor(out)
  const told = who.filter((one) => one.told)
  const others = who.filter((one) => !one.told)
  const width = Math.max(0, ...who.map(({ subscriber }) => subscriber.length))
  const line = ({ subscriber, channel, words }: Who): string =>
    `  ${oneLine(subscriber).padEnd(width)}  ${channel}: ${oneLine(words)}`
  out.write(`${ink.bold(oneLine(`${type} of ${account}`))}\n`)
  out.write(told.length === 0 ? 'Nobody would be told.\n' : 'Told:\n')
  for (const one of told) out.write(`${line(one)}\n`)
  if (others.length > 0) out.write('Not told:\n')
  for (const one of others) out.write(`${ink.dim(line(one))}\n`)
}

/** What `--json` prints. */
export const whoJson = ({ account }: Account, type: string, who: readonly Who[]) => ({
  account,
  type,
  who: who.map(({ at, ...one }) => ({ ...one, at: at === null ? null : iso(at) })),
})
