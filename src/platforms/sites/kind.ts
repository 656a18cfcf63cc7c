import { z } from 'zod'
import type { Source } from '../../core/platform.ts'
import { GONE_SOMEHOW } from '../gone.ts'
import { definePlatform, type CommonSettings, type PlatformKind } from '../kind.ts'
import { handleBy, nobodyBy, type HandleRule } from './handle.ts'
import { HOPS, siteLook } from './look.ts'
import type { Site } from './site.ts'
import { fill } from './template.ts'

/** The one look of a site. */
export const LOOK = { words: 'on its page', takes: 1, says: [GONE_SOMEHOW] } as const

/** What a site's platform does once it is connected. */
export const connectedSite = (site: Site, bases: readonly string[]) => ({
  asks: { page: siteLook(site) },
  nobody: nobodyBy(site.handle),
  bases,
  profileUrl: (handle: string) => fill(site.profile, handle),
})

/** What no site can tell. */
export const CANNOT = 'Why somebody is gone; there is no id to tell a rename by.'

/** What names of a site look like, for messages. */
export function handleWords({ isLabel, fits }: HandleRule, example: string | undefined): string {
  const letters = isLabel ? 'of letters, digits and hyphens' : 'without any of / ? # @ : \\ "'
  const form = fits === null ? '' : `, in the form of ${fits.pattern}`
  return `a name ${letters}${form}${example === undefined ? '' : ` such as ${example}`}`
}

const NO_SETTINGS = z.strictObject({})

/** Nobody has agreed to being asked: seldom, and one at a time. */
const defaultsFor = (known: readonly string[]): CommonSettings => ({
  controls: { known },
  budget: { requests: 30, windowMs: 5 * 60_000 },
  spendPerDay: null,
  timeoutMs: 10_000,
  concurrency: 1,
})

/** A site of somebody else's making as a platform of its own. */
export const packedKind = (id: string, site: Site, source: Source): PlatformKind =>
  definePlatform({
    id,
    title: site.title,
    settings: NO_SETTINGS,
    defaults: defaultsFor(site.known),
    handleIs: handleWords(site.handle, site.known[0]),
    stableId: null,
    cannot: CANNOT,
    source,
    looks: { page: { ...LOOK, trust: site.trust, requests: site.follows ? 1 + HOPS : 1, usually: 1 } },
    publicLook: 'page',
    handle: (raw) => handleBy(site.handle, raw),
    // Its addresses are none of the configuration's: they lead to no private network.
    connect: () => connectedSite(site, []),
  })
