import { saysGone, weaknessOfAbsence, weaknessOfStatus, weakness } from '../sites/evidence.ts'
import { compile } from '../sites/expression.ts'
import { nobodyBy, type HandleRule } from '../sites/handle.ts'
import { sendable } from '../sites/headers.ts'
import { prove } from '../sites/proof.ts'
import { markerOf, SiteFault, type JsonTest, type Marker, type Site } from '../sites/site.ts'
import { ACCOUNT, bodyTemplate, fill, placesOf, targetTemplate, urlTemplate } from '../sites/template.ts'
import type { MarkerSettings, SiteSettings } from './settings.ts'

/**
 * The site that the configuration describes.
 *
 * @throws {SiteFault} when its answers could not be read for certain
 */
export function siteOf(written: Omit<SiteSettings, 'kind'>): Site {
  const asked = request(written)
  const profile = urlTemplate(written.profile ?? written.url, ACCOUNT, 'profile')
  const site: Site = {
    ...asked,
    profile,
    title: written.title ?? new URL(fill(asked.url, 'a')).hostname,
    handle: {
      strip: written.strip ?? '',
      isLabel: [...asked.url.places, ...profile.places].includes('host'),
      fits: written.handle === undefined ? null : whole(written.handle),
    },
    present: written.present.map((one) => telling(one, 'present')),
    absent: written.absent.map((one) => telling(one, 'absent')),
    blocked: written.blocked?.map((one) => marker(one, 'blocked')) ?? [],
    known: [],
    trust: written.trust ?? 'medium',
    follows: false,
  }
  prove(site)
  nobodyBy(site.handle)
  return site
}

const whole = (pattern: string): HandleRule['fits'] => {
  const expression = compile(pattern)
  return { pattern, test: (text) => expression.testExact(text) }
}

function request(written: Omit<SiteSettings, 'kind'>): Pick<Site, 'url' | 'body' | 'headers' | 'method'> {
  const url = urlTemplate(written.url, ACCOUNT, 'url')
  const { headers, left } = sendable(written.headers ?? {}, new URL(fill(url, 'a')).host)
  if (left.length > 0) throw new SiteFault('headers', `${left.join(' and ')}, which is never sent`)
  const body = written.body === undefined ? null : bodyTemplate(written.body, ACCOUNT, headers['content-type'] ?? '')
  const method = written.method ?? (body === null ? 'GET' : 'POST')
  if (method === 'GET' && body !== null) throw new SiteFault('body', 'a body, which GET does not send')
  if (placesOf(url, body).size === 0) throw new SiteFault('url', 'no place for a name')
  return { url, body, method, headers: body === null ? headers : { 'content-type': typeOf(body.places), ...headers } }
}

const typeOf = (places: readonly string[]): string =>
  places.includes('json') ? 'application/json' : 'application/x-www-form-urlencoded'

type Part = 'present' | 'absent' | 'blocked'

function marker({ status, text, json, redirect }: MarkerSettings, part: Part): Marker {
  if (text !== undefined && json !== undefined) throw new SiteFault(part, 'text and json in one marker')
  return markerOf({
    statuses: status ?? null,
    texts: text ?? null,
    json: json?.map(testOf) ?? null,
    redirects: redirect?.map((target) => targetTemplate(target, ACCOUNT, part)) ?? null,
  })
}

function testOf({
  pointer,
  equals,
}: {
  pointer: string
  equals?: string | number | boolean | null | undefined
}): JsonTest {
  const steps = pointer.split('/').slice(1)
  return {
    pointer: steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
    wants:
      equals === undefined
        ? { kind: 'anything' }
        : equals === ACCOUNT
          ? { kind: 'account' }
          : { kind: 'value', value: equals },
  }
}

/** A marker that belief may rest on: nothing that walls, failures and every other page show, too. */
function telling(written: MarkerSettings, part: 'present' | 'absent'): Marker {
  const made = marker(written, part)
  const { statuses, texts, json, redirects } = made
  const weak =
    statuses?.map(weaknessOfStatus).find((reason) => reason !== null) ??
    texts?.map(part === 'absent' ? weaknessOfAbsence : weakness).find((reason) => reason !== null)
  if (weak !== undefined) throw new SiteFault(part, weak)
  const isOwn = texts !== null || json !== null || redirects !== null
  if (!isOwn && (part === 'present' || statuses === null || !statuses.every(saysGone))) {
    throw new SiteFault(part, 'nothing but what other pages show, too: add text, json or redirect')
  }
  return made
}
