import type { Ask, AskRequest } from './answer.ts'

/** An ask that knows what it sent. */
export type Discreet = {
  readonly ask: Ask
  /**
   * The text without the credentials of the requests made until now. Servers quote what they were asked with, and what
   * is kept of their answers is shown to whoever may read. The text may be cut off within one.
   */
  scrub(text: string): string
}

/** Costs a request nothing but to be remembered: credentials are looked for when there is a text to scrub. */
export function discreet(ask: Ask): Discreet {
  const sent: AskRequest[] = []
  let secrets: readonly string[] | null = null
  return {
    ask(request) {
      sent.push(request)
      secrets = null
      return ask(request)
    },
    scrub(text) {
      secrets ??= secretsIn(sent)
      return secrets.reduce((clean, secret) => withoutStart(clean.replaceAll(secret, MARK), secret), text)
    },
  }
}

const MARK = '[credential]'
/** What is shorter proves nothing to anybody, and stands in texts of its own accord. */
const LEAST = 6

const IN_HEADERS = /auth|token|key|secret|cookie|passw|session|signature|credential/i
/** Not `author` and not `keyword`: those say whom it is about. */
const IN_QUERIES = /token|secret|passw|session|signature|credential|key$|^(?:o?auth|authorization|sig|pwd)$/i

/** In every form in which they may be quoted, the longest first: one may be a part of another. */
function secretsIn(requests: readonly AskRequest[]): readonly string[] {
  const forms = requests.flatMap((request) => [...inHeaders(request), ...inQueries(request)]).flatMap(formsOf)
  return [...new Set(forms)].filter(({ length }) => length >= LEAST).sort((one, other) => other.length - one.length)
}

/** As it is, in an address, and in JSON by servers that escape slashes. */
const formsOf = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value.toWellFormed()),
  value.replaceAll('/', '\\/'),
]

const inHeaders = ({ headers = {} }: AskRequest): readonly string[] =>
  Object.entries(headers).flatMap(([name, value]) => (IN_HEADERS.test(name) ? inHeader(name, value) : []))

function inHeader(name: string, value: string): readonly string[] {
  if (/cookie/i.test(name)) return value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
  const [, scheme = '', credential = value] = /^([\w-]+) +(\S.*)$/.exec(value) ?? []
  return scheme.toLowerCase() === 'basic' ? [credential, passwordIn(credential)] : [credential]
}

/** RFC 7617: the name before the first colon is no secret. */
function passwordIn(credential: string): string {
  try {
    const pair = atob(credential)
    return pair.slice(pair.indexOf(':') + 1)
  } catch {
    return ''
  }
}

/** A form is written like a query. */
const inQueries = ({ url, body = '' }: AskRequest): readonly string[] =>
  [/\?([^#]*)/.exec(url)?.[1] ?? '', body]
    .flatMap((query) => query.split('&'))
    .flatMap((pair) => [...new URLSearchParams(pair)].flatMap(([name, value]) => inPair(name, value, pair)))

const inPair = (name: string, value: string, pair: string): readonly string[] =>
  IN_QUERIES.test(name) ? [value, pair.slice(pair.indexOf('=') + 1)] : []

/** Where the text ends within a secret, that beginning of it goes, too. */
function withoutStart(text: string, secret: string): string {
  const head = secret.slice(0, LEAST)
  let at = text.indexOf(head, Math.max(0, text.length - secret.length))
  while (at >= 0 && !secret.startsWith(text.slice(at))) at = text.indexOf(head, at + 1)
  return at < 0 ? text : text.slice(0, at) + MARK
}
