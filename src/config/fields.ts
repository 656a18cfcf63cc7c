import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { parseTime } from '../core/hours.ts'
import { didYouMean } from './near.ts'
import {
  BUDGET,
  DURATION,
  PERCENT,
  SPEND,
  parseBudget,
  parseDuration,
  parsePercent,
  parseSpend,
} from '../core/durations.ts'

/** Text in a form, read into a value. `what` is said when it is not in that form. */
function written<T>(form: RegExp, what: string, read: (text: string) => T | null, example: string) {
  return z
    .string({ error: what })
    .regex(form, what)
    .meta({ examples: [example] })
    .transform((text, context): T => {
      const value = read(text)
      if (value !== null) return value
      context.addIssue({ code: 'custom', message: what })
      return z.NEVER
    })
}

/** Milliseconds. */
export const duration = () => written(DURATION, 'a duration such as 500ms, 10s, 5m or 24h', parseDuration, '10s')
/** Requests and a window in ms. */
export const budget = () => written(BUDGET, 'a budget such as 300/15m', parseBudget, '300/15m')
/** USD a day. */
export const spend = () => written(SPEND, 'an amount of USD such as 40/day', parseSpend, '40/day')

/** Above 0, at most 1; a percentage or a plain number. */
export const share = () =>
  z.union([
    z.number({ error: 'a share such as 30%' }).gt(0).lte(1),
    written(PERCENT, 'a share such as 30%', parsePercent, '30%'),
  ])

/** A whole number from 1 to `most`. */
export const counted = (most: number) => z.int().min(1).max(most)

/** Minutes since midnight. */
export const timeOfDay = () => written(/^\d{2}:\d{2}$/, 'a time of day such as 07:30', parseTime, '07:30')

const ZONE = 'a time zone such as Europe/Berlin'

/** An IANA zone that this machine knows. */
export const timeZone = () =>
  z
    .string({ error: ZONE })
    .superRefine((text, context) => {
      if (isZone(text)) return
      const meant = didYouMean(text, Intl.supportedValuesOf('timeZone'))
      context.addIssue({ code: 'custom', message: ZONE, params: { found: `${JSON.stringify(text)}${meant}` } })
    })
    .meta({ examples: ['Europe/Berlin'], description: 'The time zone of these hours' })

/** An offset such as +02:00 would be taken as well, and be wrong for half of the year. */
function isZone(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Text for people: one line, no control characters, trimmed. */
export const label = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'one line of text without control characters')

/** Where to listen; IPv6 hosts without brackets. */
export type Listen = { readonly host: string; readonly port: number }

const LISTEN = 'host:port such as 127.0.0.1:8787 or [::1]:8787'

/** Port 0 lets the system choose. */
export const listen = () => written(/^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$/i, LISTEN, parseListen, '127.0.0.1:8787')

function parseListen(text: string): Listen | null {
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '')
  const port = Number(text.slice(colon + 1))
  const numeric = /[:]|^[\d.]+$/.test(host)
  return port > 65_535 || (numeric && !ipaddr.isValid(host)) ? null : { host, port }
}

/** Whether only this machine can reach it. A name other than `localhost` may lead anywhere. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback'
}

const PUBLIC_URL = 'an http(s) address without credentials, query or fragment, such as https://rollcall.example.org'

/** Without a slash at its end. */
export const publicUrl = () =>
  written(/^https?:\/\/[^?#\s]+$/i, PUBLIC_URL, parsePublicUrl, 'https://rollcall.example.org')

function parsePublicUrl(text: string): string | null {
  const url = URL.parse(text)
  return url === null || url.username !== '' || url.password !== '' ? null : url.href.replace(/\/+$/, '')
}

const ORIGIN = 'an origin such as https://desk.example.org, without a path'

/** As browsers write it. */
export const origin = () =>
  written(/^https?:\/\/[^/?#@\s]+\/?$/i, ORIGIN, (text) => URL.parse(text)?.origin ?? null, 'https://desk.example.org')

/** In CIDR notation. */
export const range = () =>
  z
    .string()
    .refine((text) => ipaddr.isValidCIDR(text), 'an address range such as 127.0.0.0/8 or fd00::/8')
    .meta({ examples: ['127.0.0.0/8'] })

/** A path behind `sqlite:`, still relative to the configuration file. */
export const store = () =>
  z
    .string()
    .superRefine((text, context) => {
      const scheme = /^[a-z]+:/i.exec(text)?.[0] ?? 'no scheme'
      const sqlite = /^sqlite:(?!\/\/|:memory:)./.test(text)
      const postgres = /^postgres(?:ql)?:/.test(text)
      const message = `sqlite:PATH to a file${postgres ? ' (postgres:// is not supported yet)' : ''}`
      // What follows the scheme may hold a password.
      if (!sqlite) context.addIssue({ code: 'custom', message, params: { found: `${scheme}…` } })
    })
    .meta({ examples: ['sqlite:./data/rollcall.db'] })
    .transform((text) => text.replace(/^sqlite:/, ''))
