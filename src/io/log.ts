import { createColors } from 'picocolors'
import { destination, pino, stdTimeFunctions } from 'pino'
import type { Fields, Log } from '../core/log.ts'

/** From the least important lines up; `silent` writes none. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** What may wait to be written. A reader that stalls loses lines; it must not stall the roll. */
const MOST_WAITING = 4 * 1024 * 1024

/**
 * One line a verb to standard error: JSON for machines, a short form for a terminal.
 *
 * @param pretty the short form; by default where standard error is a terminal. Only there it has colours
 */
export function createLog({ level, pretty = process.stderr.isTTY }: { level: LogLevel; pretty?: boolean }): Log {
  const out = destination({ dest: process.stderr.fd, sync: false, maxLength: MOST_WAITING })
  const format = shortForm(process.stderr.isTTY && process.env['NO_COLOR'] === undefined)
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'verb',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pretty ? { write: (line: string) => out.write(format(line)) } : out,
  )
  const at =
    (name: Exclude<LogLevel, 'silent'>) =>
    (verb: string, fields: Fields = {}): void =>
      lines[name](fields, verb)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** `12:03:04 warn record_failed account=x:nobody`. */
function shortForm(hasColour: boolean): (line: string) => string {
  const { dim, bold, yellow, red } = createColors(hasColour)
  const tints: Readonly<Record<string, (text: string) => string>> = { warn: yellow, error: red, debug: dim }
  return (line) => {
    const { level, time, verb, ...fields } = JSON.parse(line) as Record<string, unknown>
    const tint = tints[String(level)] ?? ((text: string) => text)
    const told = Object.entries(fields).map(([name, value]) => `${dim(`${name}=`)}${plain(value)}`)
    const grade = level === 'info' ? '' : `${tint(String(level))} `
    return `${[dim(String(time).slice(11, 19)), `${grade}${bold(plain(verb))}`, ...told].join(' ')}\n`
  }
}

/** Names come from platforms: nothing in them may steer the terminal or look like a line of ours. */
function plain(value: unknown): string {
  if (typeof value === 'string') return masked(value)
  const { stack } = (value ?? {}) as { stack?: unknown }
  return typeof stack === 'string' ? stack.split('\n').map(masked).join('\n  ') : masked(JSON.stringify(value))
}

const masked = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
