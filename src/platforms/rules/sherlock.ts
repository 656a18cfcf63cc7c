import { z } from 'zod'
import { fromPython } from '../sites/expression.ts'
import { handleBy } from '../sites/handle.ts'
import { sendable } from '../sites/headers.ts'
import { SiteFault, type Site } from '../sites/site.ts'
import { ACCOUNT, bodyTemplate, urlTemplate } from '../sites/template.ts'
import { hostOf, knownNames, oneMeaning, thirdParty } from './draft.ts'
import type { Draft, Reading } from './pack.ts'
import { markersOf } from './sherlock-markers.ts'
import { File, listOf, MARK, type Rule } from './sherlock-shape.ts'

/**
 * Rules of the Sherlock project. They know what a missing name looks like and take everything else for an account, so
 * "present" needs a success here and stays weak; "absent" needs more than "no success".
 */
export function readSherlock(json: unknown): Reading {
  const all = z.looseObject({ $schema: z.string().optional() }).parse(json)
  const sites = Object.fromEntries(Object.entries(all).filter(([key]) => key !== '$schema'))
  return {
    name: 'Sherlock',
    licence: 'MIT, Copyright (c) 2019 Sherlock Project',
    source: 'https://github.com/sherlock-project/sherlock',
    rules: Object.entries(File.parse(sites)).map(([name, rule]) => ({ name, draft: () => draft(name, rule) })),
  }
}

function draft(name: string, rule: Rule): Draft {
  const asked = request(rule)
  const profile = urlTemplate(rule.url, MARK, 'profile')
  const handle = {
    strip: '',
    isLabel: [...asked.url.places, ...profile.places].includes('host'),
    fits: rule.regexCheck === undefined ? null : fromPython(rule.regexCheck),
  }
  const { flags, ...markers } = markersOf(rule, asked.url)
  const site: Site = {
    ...asked,
    ...markers,
    title: name,
    profile,
    handle,
    known: knownNames([rule.username_claimed], (known) => handleBy(handle, known)),
    trust: 'low',
  }
  return { site, flags: [...flags, ...warnings(rule, asked.left)] }
}

/** Asked with GET where Sherlock would ask with HEAD: a wall can only be told by its page. */
function request({ url: shown, urlProbe, headers: written = {}, request_method, request_payload }: Rule) {
  const url = urlTemplate(urlProbe ?? shown, MARK, 'url')
  const { headers, left } = sendable(written, hostOf(url))
  const body =
    request_payload === undefined ? null : bodyTemplate(payload(request_payload), ACCOUNT, 'application/json')
  oneMeaning(url, body)
  const method = request_method === 'POST' || request_method === 'PUT' ? request_method : ('GET' as const)
  if (body !== null && method === 'GET') throw new SiteFault('body', 'body that its method does not send')
  return {
    url,
    body,
    left,
    method,
    headers: body === null ? headers : { 'content-type': 'application/json', ...headers },
  }
}

/** Only inside texts: elsewhere two braces are an empty object. */
function payload(given: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(given, (_, value: unknown) =>
      typeof value === 'string' ? value.replaceAll(MARK, ACCOUNT) : value,
    )
  } catch {
    throw new SiteFault('body', 'body in which a name cannot stand')
  }
}

const warnings = ({ isNSFW, tags, url, urlProbe }: Rule, left: readonly string[]): readonly string[] => [
  ...(isNSFW === true || listOf(tags).includes('adult') ? ['adult site'] : []),
  ...left.map((name) => `header that is not sent: ${name}`),
  ...thirdParty(urlProbe ?? url, url, MARK),
]
