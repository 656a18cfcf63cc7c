import type { Answer } from '../../core/answer.ts'
import { readSite } from './look.ts'
import { SiteFault, type JsonTest, type Marker, type Site } from './site.ts'
import { fill } from './template.ts'

/**
 * Holds a description to its own word: the least answer that shows a marker must be read as what the marker stands
 * for. It is not where a marker of the other kind stands in the same answer, or where it describes a wall.
 *
 * @throws {SiteFault}
 */
export function prove(site: Site): void {
  for (const part of ['present', 'absent'] as const) {
    for (const marker of site[part]) {
      const { kind } = readSite(site, NAME, sample(site, marker)).verdict
      if (kind !== part)
        throw new SiteFault(part, `markers that contradict each other: what is ${part} reads as ${kind}`)
    }
  }
}

const NAME = 'somebody'

/** The least answer that shows this marker. */
function sample(site: Site, { statuses, texts, json, redirects }: Marker): Answer {
  const url = fill(site.url, NAME)
  const [redirect] = redirects ?? []
  const status = statuses?.[0] ?? (redirect === undefined ? 200 : 302)
  const location = redirect === undefined ? 'https://elsewhere.invalid/' : fill(redirect, NAME)
  const [test] = json ?? []
  const text = test === undefined ? (texts?.[0] ?? 'any text') : JSON.stringify(documentWith(test))
  const headers: Record<string, string> = status >= 300 && status < 400 ? { location } : {}
  return { url, status, headers, text, digest: () => '' }
}

function documentWith({ pointer, wants }: JsonTest): unknown {
  const value = wants.kind === 'value' ? wants.value : wants.kind === 'account' ? NAME : 'anything'
  return pointer.reduceRight<unknown>(
    (inside, step) => (step === '0' ? [inside] : Object.fromEntries([[step, inside]])),
    value,
  )
}
