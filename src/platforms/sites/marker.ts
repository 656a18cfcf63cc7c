import { jsonOf, type Answer } from '../../core/answer.ts'
import { isPage, leadsAway, targetOf } from './redirect.ts'
import type { JsonTest, Marker } from './site.ts'
import { fill, type Template } from './template.ts'

/** An answer about this account; its body is parsed when a marker asks for it. */
export type Seen = { readonly answer: Answer; readonly account: string; readonly json: () => unknown }

/** An answer as markers see it. */
export function seenIn(answer: Answer, account: string): Seen {
  let parsed: { readonly value: unknown } | null = null
  return { answer, account, json: () => (parsed ??= { value: jsonOf(answer) }).value }
}

/** Whether an answer shows a marker: whether every condition of the marker holds. */
export function shows(marker: Marker, seen: Seen): boolean {
  const { answer } = seen
  const { statuses, texts, without, json, redirects } = marker
  if (statuses !== null && !statuses.includes(answer.status)) return false
  if (texts !== null && !texts.some((text) => answer.text.includes(text))) return false
  if (without.some((text) => answer.text.includes(text))) return false
  if (redirects !== null && !redirects.some((template) => leadsTo(template, seen))) return false
  return json === null || json.some((test) => holds(test, seen))
}

/**
 * Whether what shows a marker is a mere move of the page (to https, to another spelling): a redirect that the marker
 * knows by its status only says nothing about the account then.
 */
export function isMere(marker: Marker, { answer, account }: Seen): boolean {
  if (answer.status < 300 || answer.status > 399 || marker.redirects !== null) return false
  const target = targetOf(answer)
  return target === null ? marker.texts === null : !leadsAway(target, answer.url, account)
}

function leadsTo(template: Template, { answer, account }: Seen): boolean {
  const target = targetOf(answer)
  const wanted = URL.parse(fill(template, account), answer.url)
  return target !== null && wanted !== null && isPage(target, wanted)
}

function holds({ pointer, wants }: JsonTest, { json, account }: Seen): boolean {
  const found = at(json(), pointer)
  if (wants.kind === 'value') return found === wants.value
  if (wants.kind === 'anything') return found !== undefined && found !== null
  return typeof found === 'string' && found.toLowerCase() === account.toLowerCase()
}

/** What a pointer leads to (RFC 6901), or undefined; own members only. */
function at(value: unknown, pointer: readonly string[]): unknown {
  return pointer.reduce<unknown>((inside, step) => {
    if (typeof inside !== 'object' || inside === null) return undefined
    if (Array.isArray(inside))
      return /^(?:0|[1-9]\d{0,8})$/.test(step) ? (inside as unknown[])[Number(step)] : undefined
    return Object.hasOwn(inside, step) ? (inside as Readonly<Record<string, unknown>>)[step] : undefined
  }, value)
}

/** What of the marker was seen, for people. */
export function wordsOf({ texts, json, redirects }: Marker, { answer, ...seen }: Seen): string {
  const text = texts?.find((one) => answer.text.includes(one))
  const test = json?.find((one) => holds(one, { answer, ...seen }))
  return [
    `status ${answer.status}`,
    ...(text === undefined ? [] : [JSON.stringify(text)]),
    ...(test === undefined ? [] : [`/${test.pointer.join('/')}`]),
    ...(redirects === null ? [] : [`to ${targetOf(answer)?.pathname ?? ''}`]),
  ].join(', ')
}
