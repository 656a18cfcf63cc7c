import { fromPython } from '../sites/expression.ts'
import { handleBy } from '../sites/handle.ts'
import { sendable } from '../sites/headers.ts'
import { SiteFault, type Site } from '../sites/site.ts'
import { ACCOUNT, bodyTemplate, urlTemplate } from '../sites/template.ts'
import { hostOf, knownNames, LONGEST_TITLE, oneMeaning, thirdParty } from './draft.ts'
import { fitted, harmless, type Unfit } from './fit.ts'
import type { Draft, PackedRule, Reading } from './pack.ts'
import { markersOf } from './sherlock-markers.ts'
import { EXCLUDED } from './sherlock-excluded.ts'
import { File, Key, listOf, MARK, Rule } from './sherlock-shape.ts'

/**
 * Rules of the Sherlock project. They know what a missing name looks like and take everything else for an account, so
 * "present" needs a success here and stays weak; "absent" needs more than "no success".
 */
export function readSherlock(json: object): Reading | Unfit {
  const whole = fitted(File, json)
  if ('unfit' in whole) return whole
  const rules = Object.entries(json).filter(([key]) => key !== '$schema')
  return {
    name: 'Sherlock',
    licence: 'MIT, Copyright (c) 2019 Sherlock Project',
    source: 'https://github.com/sherlock-project/sherlock',
    rules: rules.map(([key, given]) => ruleIn(key, given)),
  }
}

function ruleIn(key: string, given: unknown): PackedRule {
  const named = fitted(Key, { name: key })
  const rule = 'unfit' in named ? named : fitted(Rule, given)
  return 'unfit' in rule
    ? { name: harmless(key, LONGEST_TITLE) || '""', ...rule }
    : { name: key, draft: () => draft(key, rule.data) }
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
    // Its own program does, too, unless a redirect is the evidence.
    follows: !listOf(rule.errorType).includes('response_url'),
  }
  return { site, flags: [...flags, ...warnings(name, rule, asked.left)] }
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

const warnings = (name: string, { isNSFW, tags, url, urlProbe }: Rule, left: readonly string[]): readonly string[] => [
  ...(EXCLUDED.has(name) ? ['left out by Sherlock itself for false positives'] : []),
  ...(isNSFW === true || listOf(tags).includes('adult') ? ['adult site'] : []),
  ...left.map((header) => `header that is not sent: ${header}`),
  ...thirdParty(urlProbe ?? url, url, MARK),
]
