import type { PlatformKind } from './kind.ts'
import { firstFew, type Unfit } from './rules/fit.ts'
import type { Format, Pack, PackedRule, PackedSite, Reading, Remark } from './rules/pack.ts'
import { readSherlock } from './rules/sherlock.ts'
import { slugOf } from './rules/slug.ts'
import { readWhatsMyName } from './rules/whatsmyname.ts'
import { packedKind } from './sites/kind.ts'
import { nobodyBy } from './sites/handle.ts'
import { prove } from './sites/proof.ts'
import { SiteFault, type Site } from './sites/site.ts'

export type { Format, Pack, Remark } from './rules/pack.ts'

/** The rule files of others that we read. */
export const FORMATS: Readonly<Record<Format, (json: object) => Reading | Unfit>> = {
  whatsmyname: readWhatsMyName,
  sherlock: readSherlock,
}

/** A file is no pack of that format; the message says what is wrong where, in one line. */
export class PackError extends Error {
  override readonly name = 'PackError'
}

/**
 * Reads a rule pack. Rules that do not fit its schema or cannot be used safely are refused one by one, each with its
 * reason.
 *
 * @param format null to tell it by the content
 * @param file where the text was read, for those who are shown the source
 * @throws {PackError} when the text is no such file as a whole, or none of its rules fits the schema
 */
export function readPack(text: string, format: Format | null, file: string): Pack {
  const json = parsed(text)
  const { rules, ...about } = readAs(format, json)
  const sites: PackedSite[] = []
  const refused: Remark[] = []
  const flagged: Remark[] = []
  const slugs = new Set<string>()
  for (const rule of rules) {
    const { name } = rule
    const taken = takenOf(rule, slugs)
    if ('reason' in taken) {
      refused.push({ name, reason: taken.reason })
      continue
    }
    const { slug, site, flags } = taken
    slugs.add(slug)
    sites.push({ slug, site })
    flagged.push(...flags.map((reason) => ({ name, reason })))
  }
  return { ...about, file, sites, refused, flagged }
}

/**
 * A platform for each site of a pack, addressed by its slug. Names that are taken stay with whoever has them.
 *
 * @param taken ids of the platforms there are already
 */
export function packKinds(
  { name, licence, file, sites }: Pack,
  taken: ReadonlySet<string>,
): { readonly kinds: readonly PlatformKind[]; readonly collisions: readonly Remark[] } {
  const source = { name, licence, file }
  const free = sites.filter(({ slug }) => !taken.has(slug))
  const collisions = sites
    .filter(({ slug }) => taken.has(slug))
    .map(({ slug, site }) => ({ name: site.title, reason: `there is another platform called ${slug}` }))
  return { kinds: free.map(({ slug, site }) => packedKind(slug, site, source)), collisions }
}

type Taken = PackedSite & { readonly flags: readonly string[] }

/** @param slugs those of the rules before it */
function takenOf(rule: PackedRule, slugs: ReadonlySet<string>): Taken | { readonly reason: string } {
  if ('unfit' in rule) return { reason: `does not fit the schema: ${rule.unfit.join('; ')}` }
  try {
    const { site, flags } = rule.draft()
    const slug = freeSlug(site, slugs)
    prove(site)
    nobodyBy(site.handle)
    return { slug, site, flags }
  } catch (fault) {
    if (!(fault instanceof SiteFault)) throw fault
    return { reason: fault.message }
  }
}

function freeSlug({ title, url }: Site, slugs: ReadonlySet<string>): string {
  const host = URL.parse(url.pieces.join(''))?.hostname ?? ''
  const slug = slugOf(title, host)
  if (slug === '') throw new SiteFault('url', 'name without letters or digits')
  if (slugs.has(slug)) throw new SiteFault('url', `slug of another rule before it: ${slug}`)
  return slug
}

function parsed(text: string): object {
  const json = jsonIn(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new PackError('no mapping')
  return json
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new PackError('no JSON')
  }
}

/**
 * @param named null to tell it by the content
 * @throws {PackError} with the first few faults, or with the format that the file has instead of the named one
 */
function readAs(named: Format | null, json: object): Reading & { readonly format: Format } {
  const format = named ?? formatOf(json)
  const reading = wholeOf(FORMATS[format](json))
  if (!('unfit' in reading)) return { ...reading, format }
  const other = format === 'sherlock' ? 'whatsmyname' : 'sherlock'
  const isOther = named !== null && !('unfit' in wholeOf(FORMATS[other](json)))
  throw new PackError(isOther ? `one of ${other}` : reading.unfit.join('; '))
}

/** Lists are in the head of one only: the other's file has a mapping for each site. */
const formatOf = (json: object): Format =>
  Object.entries(json).some(([key, value]) => HEAD.includes(key) && Array.isArray(value)) ? 'whatsmyname' : 'sherlock'
const HEAD = ['license', 'authors', 'categories', 'sites']

/** A single rule that fits makes a pack: the others then are mistakes in it, not a file of something else. */
function wholeOf(reading: Reading | Unfit): Reading | Unfit {
  if ('unfit' in reading) return reading
  const faults = reading.rules.flatMap((rule) => ('unfit' in rule ? [`${rule.name}: ${rule.unfit[0] ?? ''}`] : []))
  if (faults.length < reading.rules.length) return reading
  return { unfit: faults.length === 0 ? ['no rules'] : firstFew(faults, (fault) => fault) }
}
