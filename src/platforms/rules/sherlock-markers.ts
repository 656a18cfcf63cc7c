import { tellsOfTrouble, weakness, weaknessOfStatus } from '../sites/evidence.ts'
import { isBlindStatus } from '../sites/look.ts'
import { isDetour } from '../sites/redirect.ts'
import { markerOf, SiteFault, type Marker, type Site } from '../sites/site.ts'
import { fill, targetTemplate, type Template } from '../sites/template.ts'
import { thirdParty } from './draft.ts'
import { listOf, MARK, type Rule } from './sherlock-shape.ts'

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)
const SUCCESS = range(200, 299)
/** All that may come with a message about an account. */
const SPOKEN = [...SUCCESS, ...range(400, 499).filter((status) => !isBlindStatus(status))]

type Markers = Pick<Site, 'present' | 'absent' | 'blocked'> & { readonly flags: readonly string[] }

/** The markers in a rule, and what is to be known of them. @throws {SiteFault} when none tells of an absence */
export function markersOf(rule: Rule, url: Template): Markers {
  const types = listOf(rule.errorType)
  const by = {
    message: types.includes('message') ? byMessage(listOf(rule.errorMsg)) : NOTHING,
    status: types.includes('status_code') ? byStatus(listOf(rule.errorCode)) : NOTHING,
    redirect: types.includes('response_url') ? byRedirect(rule.errorUrl ?? '', url) : NOTHING,
  }
  const parts = Object.values(by)
  const absent = parts.flatMap((part) => part.absent)
  if (absent.length === 0) throw new SiteFault('absent', by.message.flags[0] ?? 'no usable absent marker')
  const missing = absent.flatMap(({ statuses, texts }) => (texts === null ? (statuses ?? []) : []))
  const statuses = SUCCESS.filter((status) => !missing.includes(status))
  return {
    absent,
    present: [markerOf({ statuses, without: types.includes('message') ? listOf(rule.errorMsg) : [] })],
    blocked: by.message.blocked,
    flags: parts.flatMap((part) => part.flags),
  }
}

type Part = {
  readonly absent: readonly Marker[]
  readonly blocked: readonly Marker[]
  readonly flags: readonly string[]
}
const NOTHING: Part = { absent: [], blocked: [], flags: [] }

/** Any of the messages means "available" to Sherlock, those of its own trouble with the site too. */
function byMessage(messages: readonly string[]): Part {
  const trouble = messages.filter(tellsOfTrouble)
  const quiet = messages.filter((one) => !tellsOfTrouble(one))
  const texts = quiet.filter((one) => weakness(one) === null)
  return {
    absent: texts.length === 0 ? [] : [markerOf({ statuses: SPOKEN, texts })],
    blocked: trouble.length === 0 ? [] : [markerOf({ texts: trouble })],
    flags: [
      ...quiet.flatMap((one) => weakness(one) ?? []),
      ...trouble.map(() => 'marker that tells of a fault or a wall, not of an absence'),
    ],
  }
}

function byStatus(codes: readonly number[]): Part {
  const usable = codes.filter((code) => weaknessOfStatus(code) === null && (code === 204 || code >= 400))
  return {
    ...NOTHING,
    absent: [markerOf({ statuses: [...new Set([404, 410, ...usable])] })],
    flags: usable.length < codes.length ? ['errorCode that other pages have, too'] : [],
  }
}

/** Sherlock takes every redirect for "available"; one to the page for missing names is needed here, or 404. */
function byRedirect(errorUrl: string, url: Template): Part {
  const target = missingPage(errorUrl, url)
  return {
    ...NOTHING,
    absent: [markerOf({ statuses: [404] }), ...(target === null ? [] : [markerOf({ redirects: [target] })])],
    flags: target === null ? ['only 404 tells that a name is missing: its errorUrl is no page for missing names'] : [],
  }
}

/** Null where it is the asked page itself, another site's, or a wall. */
function missingPage(errorUrl: string, url: Template): Template | null {
  const whole = /^https?:|^\//i.test(errorUrl) ? errorUrl : `https://${errorUrl}`
  // Written up to where the name would follow.
  const target = targetTemplate(whole.endsWith('=') ? `${whole}${MARK}` : whole, MARK, 'absent')
  const asked = fill(url, 'somebody')
  const page = new URL(fill(target, 'somebody'), asked)
  const isOther = thirdParty(asked, page.href, MARK).length > 0
  return isOther || page.href === asked || isDetour(page, asked, 'somebody') ? null : target
}
