import { z } from 'zod'
import type { PlatformKind } from './kind.ts'
import type { Format, Pack, PackedSite, Reading, Remark } from './rules/pack.ts'
import { readSherlock } from './rules/sherlock.ts'
import { slugOf } from './rules/slug.ts'
import { readWhatsMyName } from './rules/whatsmyname.ts'
import { packedKind } from './sites/kind.ts'
import { nobodyBy } from './sites/handle.ts'
import { prove } from './sites/proof.ts'
import { SiteFault, type Site } from './sites/site.ts'

export type { Format, Pack, Remark } from './rules/pack.ts'

/** The rule files of others that we read. */
export const FORMATS: Readonly<Record<Format, (json: unknown) => Reading>> = {
  whatsmyname: readWhatsMyName,
  sherlock: readSherlock,
}

/** A file is no pack of that format; the message says what is wrong where, in one line. */
export class PackError extends Error {
  override readonly name = 'PackError'
}

/**
 * Reads a rule pack. Rules that cannot be used safely are refused one by one, each with its reason.
 *
 * @param format null to tell it by the content
 * @param file where the text was read, for those who are shown the source
 * @throws {PackError} when the text is no such file as a whole
 */
export function readPack(text: string, format: Format | null, file: string): Pack {
  const json = parsed(text)
  const told = format ?? formatOf(json)
  const { rules, ...about } = shaped(() => FORMATS[told](json))
  const sites: PackedSite[] = []
  const refused: Remark[] = []
  const flagged: Remark[] = []
  const slugs = new Set<string>()
  for (const { name, draft } of rules) {
    try {
      const { site, flags } = draft()
      const slug = freeSlug(site, slugs)
      prove(site)
      nobodyBy(site.handle)
      slugs.add(slug)
      sites.push({ slug, site })
      flagged.push(...flags.map((reason) => ({ name, reason })))
    } catch (fault) {
      if (!(fault instanceof SiteFault)) throw fault
      refused.push({ name, reason: fault.message })
    }
  }
  return { ...about, format: told, file, sites, refused, flagged }
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

function freeSlug({ title, url }: Site, slugs: ReadonlySet<string>): string {
  const host = URL.parse(url.pieces.join(''))?.hostname ?? ''
  const slug = slugOf(title, host)
  if (slug === '') throw new SiteFault('url', 'name without letters or digits')
  if (slugs.has(slug)) throw new SiteFault('url', `slug of another rule before it: ${slug}`)
  return slug
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new PackError('no JSON')
  }
}

function formatOf(json: unknown): Format {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new PackError('no mapping')
  return 'sites' in json && 'license' in json ? 'whatsmyname' : 'sherlock'
}

/** Told with their places, the first few: others often follow from them. */
function shaped(read: () => Reading): Reading {
  try {
    return read()
  } catch (fault) {
    if (!(fault instanceof z.ZodError)) throw fault
    const said = fault.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    const more = said.length > 3 ? ` and ${said.length - 3} more` : ''
    throw new PackError(`${said.slice(0, 3).map(shown).join('; ')}${more}`)
  }
}

/** The file's own words, harmless and short. */
const shown = (words: string): string => words.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 200)
