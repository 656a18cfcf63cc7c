import { handleBy } from '../sites/handle.ts'
import { sendable } from '../sites/headers.ts'
import { saysGone, weakness, weaknessOfAbsence, weaknessOfStatus } from '../sites/evidence.ts'
import { markerOf, SiteFault, type Marker, type Site } from '../sites/site.ts'
import { ACCOUNT, bodyTemplate, urlTemplate } from '../sites/template.ts'
import { hostOf, knownNames, LONGEST_TITLE, oneMeaning, thirdParty } from './draft.ts'
import { fitted, harmless, type Unfit } from './fit.ts'
import type { Draft, PackedRule, Reading } from './pack.ts'
import { File, ruleOf, type Rule } from './whatsmyname-shape.ts'

/**
 * Rules of the WhatsMyName project: a status and a text each for "exists" and for "missing", of which both are needed;
 * redirects are not followed.
 */
export function readWhatsMyName(json: object): Reading | Unfit {
  const whole = fitted(File, json)
  if ('unfit' in whole) return whole
  const { license, categories, sites } = whole.data
  const words = license.join(' ')
  const isKnown = /Attribution-ShareAlike/.test(words) && /4\.0/.test(words)
  const copyright = license.filter((line) => /^Copyright/.test(line))
  return {
    name: 'WhatsMyName',
    licence: isKnown ? ['CC BY-SA 4.0', ...copyright].join(', ') : words.slice(0, 200),
    source: 'https://github.com/WebBreacher/WhatsMyName',
    rules: rulesIn(sites, categories),
  }
}

function rulesIn(sites: readonly unknown[], categories: readonly string[]): readonly PackedRule[] {
  const Rule = ruleOf(categories)
  return sites.map((given, at) => {
    const rule = fitted(Rule, given)
    return 'unfit' in rule
      ? { name: nameIn(given) || `sites.${at}`, ...rule }
      : { name: rule.data.name, draft: () => draft(rule.data) }
  })
}

const nameIn = (given: unknown): string =>
  typeof given === 'object' && given !== null && 'name' in given && typeof given.name === 'string'
    ? harmless(given.name, LONGEST_TITLE)
    : ''

function draft(rule: Rule): Draft {
  if (rule.valid === false) throw new SiteFault('absent', 'switched off in the pack itself')
  if (rule.cat === 'archived') throw new SiteFault('url', 'copy in an archive, which stays when the account goes')
  const asked = request(rule)
  const profile = urlTemplate(rule.uri_pretty ?? rule.uri_check, ACCOUNT, 'profile')
  const handle = {
    strip: rule.strip_bad_char ?? '',
    isLabel: [...asked.url.places, ...profile.places].includes('host'),
    fits: null,
  }
  const { absent, present, flags } = markers(rule)
  const site: Site = {
    ...asked,
    title: rule.name,
    profile,
    handle,
    present: [present],
    absent: [absent],
    blocked: [],
    known: knownNames(rule.known, (name) => handleBy(handle, name)),
    // A redirect's text is the server's, and seldom names a reason.
    trust: flags.some((flag) => flag.startsWith(WEAK)) || isRedirect(rule.m_code) ? 'low' : 'medium',
    follows: false,
  }
  return { site, flags: [...flags, ...warnings(rule, asked.left)] }
}

function request({ uri_check, post_body, headers: written = {} }: Rule) {
  const url = urlTemplate(uri_check, ACCOUNT, 'url')
  const { headers, left } = sendable(written, hostOf(url))
  const body = post_body === undefined ? null : bodyTemplate(post_body, ACCOUNT, headers['content-type'] ?? '')
  oneMeaning(url, body)
  return { url, body, headers, left, method: body === null ? ('GET' as const) : ('POST' as const) }
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400

/** The flags of rules whose absence hangs on the status. */
const WEAK = 'only its status tells'

function markers({ e_code, e_string, m_code, m_string }: Rule): { absent: Marker; present: Marker; flags: string[] } {
  const isSame = e_code === m_code
  refuse(weaknessOfStatus(e_code), 'present')
  refuse(weaknessOfStatus(m_code), 'absent')
  const noAbsence = m_string === '' ? 'no usable absent marker' : weaknessOfAbsence(m_string)
  if (isSame || !saysGone(m_code)) refuse(noAbsence, 'absent')
  const noPresence = e_string === '' ? 'no usable present marker' : weakness(e_string)
  if (isSame) refuse(noPresence, 'present')
  // An answer with this status comes without a body.
  if (m_code === 204 && m_string !== '') refuse('no usable absent marker', 'absent')
  return {
    absent: markerOf({ statuses: [m_code], texts: m_string === '' ? null : [m_string] }),
    present: markerOf({ statuses: [e_code], texts: e_string === '' ? null : [e_string] }),
    flags: [
      ...(noAbsence === null ? [] : [`${WEAK} that a name is missing`]),
      ...(noPresence === null ? [] : ['little but its status tells that a name exists']),
    ],
  }
}

function refuse(reason: string | null, part: 'present' | 'absent'): void {
  if (reason !== null) throw new SiteFault(part, reason)
}

const warnings = (
  { cat, protection = [], uri_check, uri_pretty }: Rule,
  left: readonly string[],
): readonly string[] => [
  ...(cat === 'xx NSFW xx' ? ['adult site'] : []),
  ...protection.map((kind) => `often behind a wall: ${kind}`),
  ...left.map((name) => `header that is not sent: ${name}`),
  ...thirdParty(uri_check, uri_pretty ?? uri_check, ACCOUNT),
]
