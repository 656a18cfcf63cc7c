import picocolors from 'picocolors'
import type { Clock } from '../core/clock.ts'
import { cleanName } from '../core/words.ts'

/** Where a replay is told: `process.stdout`, or what a test reads. */
export type Out = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }

/** Who speaks in a line. */
export type Voice = 'world' | 'rollcall' | 'webhook' | 'socket'
/** How a line is coloured. */
export type Mood = 'plain' | 'bad' | 'good' | 'blind' | 'quiet'

/** Tells a replay, line by line. */
export type Tale = {
  /** One line, headed by the scenario's time: `at` where that is known, else now. */
  say(voice: Voice, text: string, mood?: Mood, at?: number): void
  /** A block of text without a head; its first line may be set off. */
  block(text: string, mood?: Mood): void
  /** What is going on where nothing happens: a line that changes in place, or now and then one of its own. */
  progress(text: string): void
  /** Takes the changing line away. */
  end(): void
}

/** Where there is no terminal, so many calls of `progress` in a row without news make one line. */
const QUIET_CALLS = 5

/** Colours and a line that changes in place on a terminal, plain lines anywhere else (and with NO_COLOR). */
export function createTale(out: Out, clock: Clock, env: Readonly<Record<string, string | undefined>>): Tale {
  const live = out.isTTY === true && env['TERM'] !== 'dumb'
  const ink = picocolors.createColors(live && (env['NO_COLOR'] ?? '') === '')
  const paint: Readonly<Record<Mood, (text: string) => string>> = {
    plain: (text) => text,
    bad: (text) => ink.bold(ink.red(text)),
    good: (text) => ink.bold(ink.green(text)),
    blind: ink.yellow,
    quiet: ink.dim,
  }
  let pending = false
  let quietCalls = 0

  function clear(): void {
    if (pending) out.write('\r\u001b[2K')
    pending = false
  }

  function line(text: string): void {
    clear()
    quietCalls = 0
    out.write(`${text}\n`)
  }

  const time = (at = clock.now()): string => new Date(at).toISOString().slice(11, 19)

  return {
    say: (voice, text, mood = 'plain', at) =>
      line(`${ink.dim(time(at))}  ${ink.cyan(voice.padEnd(8))}  ${paint[mood](cleanName(text, 400))}`),
    block: (text, mood = 'plain') => text.split('\n').forEach((part) => line(part === '' ? '' : paint[mood](part))),
    progress(text) {
      const said = `${time()}  ${cleanName(text, 400)}`
      if (live) {
        out.write(`\r\u001b[2K${ink.dim(cleanName(said, Math.max(20, (out.columns ?? 80) - 1)))}`)
        pending = true
      } else if (++quietCalls >= QUIET_CALLS) line(said)
    },
    end: clear,
  }
}
