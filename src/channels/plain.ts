import { headline, lines, links, plainLine } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { accountOf, platformOf } from '../core/transition.ts'
import { cleanName } from '../core/words.ts'
import { fit, fitted } from './fitted.ts'
import { unmarked } from './markdown.ts'

/**
 * Text for targets that show it plainly themselves, and hand it on to others that read HTML, Markdown or mentions in
 * it, unescaped. What could begin any of these is shown by a look-alike, in names and in our own words alike.
 */
export const tame = (text: string): string =>
  text
    .replace(/[<>[\]`*|]/g, (sign) => LOOK_ALIKES[sign] ?? '')
    .replaceAll('://', ':⁄⁄')
    .replace(/@(?=everyone|here|channel|room|all\b)/gi, '＠')

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '[': '(',
  ']': ')',
  '`': '′',
  '*': '∗',
  '|': '¦',
}

/** What happened, in at most `max` UTF-16 units. */
export const plainTitle = (notice: Notice, max: number): string => fit(tame(headline(notice)), max)

/** The facts, a line each, in at most `max` UTF-16 units. */
export const plainFacts = (notice: Notice, max: number): string =>
  fit(tame(lines(notice).map(plainLine).join('\n')), max)

/** A line below them for each address to read on at, in at most `max` UTF-16 units. */
export const plainLinks = (notice: Notice, max: number): string =>
  fitted(
    links(notice).map(({ label, url }) => `\n${label}: ${unmarked(url)}`),
    max,
  )

/** Whom or what a notice is about, in at most `max` UTF-16 units. */
export function sourceOf({ transition }: Notice, max: number): string {
  const source = 'subscriber' in transition ? transition.subscriber : (accountOf(transition) ?? platformOf(transition))
  return fit(tame(cleanName(source ?? 'everything', max)), max) || 'Rollcall'
}

/** Where the desk reads about the outage, where there is such a place. */
export const outageUrl = (notice: Notice): string | undefined =>
  links(notice).find(({ label }) => label === 'Outage')?.url
