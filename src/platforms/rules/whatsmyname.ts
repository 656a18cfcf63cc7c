import { z } from 'zod'
import { handleBy } from '../sites/handle.ts'
import { sendable } from '../sites/headers.ts'
import { saysGone, weakness, weaknessOfAbsence, weaknessOfStatus } from '../sites/evidence.ts'
import { markerOf, SiteFault, type Marker, type Site } from '../sites/site.ts'
import { ACCOUNT, bodyTemplate, urlTemplate } from '../sites/template.ts'
import type { Draft, Reading } from './pack.ts'
import { hostOf, knownNames, oneMeaning, text, thirdParty, title } from './draft.ts'

const url = text.regex(/^https?:\/\/.+$/)
const status = z.int().min(100).max(599)
const someText = z.string().max(4_000)

const Rule = z
  .strictObject({
    name: title,
    uri_check: url,
    uri_pretty: url.optional(),
    post_body: someText.optional(),
    headers: z.record(text, someText).optional(),
    strip_bad_char: text.optional(),
    e_code: status,
    e_string: someText,
    m_code: status,
    m_string: someText,
    known: z.array(text).min(1).max(100),
    cat: text,
    valid: z.literal(false).optional(),
    protection: z.array(text).min(1).optional(),
  })
  .refine(({ post_body, headers }) => post_body === undefined || headers !== undefined, 'post_body needs headers')

type Rule = z.infer<typeof Rule>

/** `wmn-data.json`, after its schema; categories may grow, as long as the file itself lists them. */
const File = z.strictObject({
  license: z.array(text).min(1),
  authors: z.array(text).min(1),
  categories: z.array(text).min(1),
  sites: z.array(Rule).max(20_000),
})

/**
 * Rules of the WhatsMyName project: a status and a text each for "exists" and for "missing", of which both are needed;
 * redirects are not followed.
 */
export function readWhatsMyName(json: unknown): Reading {
  const { license, sites } = File.parse(json)
  const words = license.join(' ')
  const isKnown = /Attribution-ShareAlike/.test(words) && /4\.0/.test(words)
  const copyright = license.filter((line) => /^Copyright/.test(line))
  return {
    name: 'WhatsMyName',
    licence: isKnown ? ['CC BY-SA 4.0', ...copyright].join(', ') : words.slice(0, 200),
    source: 'https://github.com/WebBreacher/WhatsMyName',
    rules: sites.map((rule) => ({ name: rule.name, draft: () => draft(rule) })),
  }
}

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
