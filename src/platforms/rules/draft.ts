import { z } from 'zod'
import { SiteFault } from '../sites/site.ts'
import { fill, placesOf, type Template } from '../sites/template.ts'

/** Short text of a rule file: a name, an address, a word. One line, so that it can be shown. */
export const text = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'control characters')

/** Longer names would fill a notice. */
export const LONGEST_TITLE = 100

/** What a rule calls its site; people read it in every notice. */
export const title = text.max(LONGEST_TITLE)

/** Many times as many as there are; beyond that it is no pack. */
export const MOST_RULES = 20_000

/** As many known names are asked whenever the controls are; more only cost requests. */
const CONTROLS = 4

/** @throws {SiteFault} when none of the names that the rule calls known can be one of its own */
export function knownNames(names: readonly string[], kept: (name: string) => string | null): readonly string[] {
  const known = [...new Set(names.flatMap((name) => kept(name) ?? []))].slice(0, CONTROLS)
  if (known.length === 0) throw new SiteFault('known', 'known names that it could not have itself')
  return known
}

/** @throws {SiteFault} when a name has no place in the request, or places of several kinds */
export function oneMeaning(url: Template, body: Template | null): void {
  const places = [...placesOf(url, body)]
  if (places.length === 0) throw new SiteFault('url', 'no place for a name')
  if (places.length > 1) throw new SiteFault('url', `placeholder twice meaning two things: ${places.join(' and ')}`)
}

/** The host that is asked, with its port. */
export const hostOf = (url: Template): string => new URL(fill(url, 'a')).host

/** Flags a rule that asks somebody else than the site it is about. */
export function thirdParty(asked: string, shown: string, mark: string): readonly string[] {
  const [one, other] = [asked, shown].map((address) => domainOf(address, mark))
  return one === other ? [] : [`asked of somebody else: ${one ?? ''}`]
}

/** The part of a host's name that somebody registered: two labels, or three under the likes of `co.uk`. */
function domainOf(address: string, mark: string): string {
  const labels = (URL.parse(address.replaceAll(mark, 'a'))?.hostname ?? '').split('.')
  const [second = '', top = ''] = labels.slice(-2)
  return labels.slice(second.length <= 3 && top.length === 2 ? -3 : -2).join('.')
}
