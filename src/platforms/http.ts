import { SiteSettings } from './http/settings.ts'
import { siteOf } from './http/site.ts'
import { definePlatform, type CommonSettings, type PlatformKind } from './kind.ts'
import { ANY_HANDLE, handleBy } from './sites/handle.ts'
import { CANNOT, connectedSite, handleWords, LOOK } from './sites/kind.ts'
import { fill } from './sites/template.ts'

const defaults: CommonSettings = {
  // Nobody but who describes the site knows who is on it, so the configuration has to say.
  controls: { known: [] },
  budget: { requests: 60, windowMs: 5 * 60_000 },
  spendPerDay: null,
  timeoutMs: 10_000,
  concurrency: 2,
}

/**
 * The platform of one site that the configuration describes by what its answers look like. Without a description that
 * is right, names are held only against what no site can have.
 */
function described(id: string, settings: unknown): PlatformKind {
  const { data } = SiteSettings.safeParse(settings)
  const site = data === undefined ? null : siteOf(data)
  const rule = site?.handle ?? ANY_HANDLE
  return definePlatform({
    id,
    title: data?.title ?? id,
    settings: SiteSettings,
    defaults,
    handleIs: handleWords(rule, undefined),
    stableId: null,
    cannot: CANNOT,
    looks: { page: { ...LOOK, trust: site?.trust ?? 'medium' } },
    publicLook: 'page',
    handle: (raw) => handleBy(rule, raw),
    connect(given) {
      const own = siteOf(given)
      // Only an address that is the same for every name can be trusted as the configuration's own.
      return connectedSite(own, own.url.places.includes('host') ? [] : [fill(own.url, 'a')])
    },
  })
}

/** A site of one's own, under `platforms.http` or, with `kind: http`, under any name. */
export const http: PlatformKind = { ...described('http', null), named: described }
