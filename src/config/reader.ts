import type { z } from 'zod'
import { ConfigError, pathText, type Fault, type Path } from './fault.ts'
import { isMapping, keysAt, walk, type Peeled } from './inside.ts'
import { expectation, plainIssues, shown } from './issues.ts'
import { didYouMean, nearest, oneOf } from './near.ts'
import { REFERENCE, resolveSecret } from './secrets.ts'
import type { Source } from './source.ts'

/** `at` is the value unless the key itself is wrong; `found` is the value there unless it says better. */
export type Complaint = { readonly at?: 'key' | 'value'; readonly found?: string }

/** Reads the parts of one file against their schemas and remembers everything that is wrong. */
export type Reader = {
  /** Undefined where the file has nothing, or `key:` with nothing behind it. */
  raw(path: Path): unknown
  /** The keys of a mapping; none when it is none. */
  keys(path: Path): readonly string[]
  /** The parsed value, or undefined once its faults are noted. `why` is added to what is missing. */
  check<S extends z.ZodType>(
    schema: S,
    path: Path,
    options?: { value?: unknown; why?: string },
  ): z.output<S> | undefined
  expected(path: Path, what: string, complaint?: Complaint): void
  unknownKey(path: Path, known: readonly string[]): void
  /** @throws {ConfigError} when anything was wrong, sorted by place */
  finish(): void
}

type Secrets = { readonly at: Map<string, 'resolved' | 'failed' | 'missing'>; readonly texts: Set<string> }

export function createReader(source: Source, env: NodeJS.ProcessEnv): Reader {
  const faults: Fault[] = [...source.faults]
  const misspelt = new Set<string>()
  const secrets: Secrets = { at: new Map(), texts: new Set() }

  const expected: Reader['expected'] = (path, what, { at = 'value', found } = {}) => {
    // What is missing because its key is misspelt is one mistake, not two.
    if (source.valueAt(path) === undefined && misspelt.has(pathText(path))) return
    const words = found ?? shown(source.valueAt(path))
    faults.push(source.fault(path, at, redacted(`expected ${what}, found ${words}`, secrets.texts)))
  }

  const unknownKey: Reader['unknownKey'] = (path, known) => {
    const key = String(path.at(-1))
    const meant = nearest(key, known)
    if (meant !== null) misspelt.add(pathText([...path.slice(0, -1), meant]))
    expected(path, oneOf(known), { at: 'key', found: `${JSON.stringify(key)}${didYouMean(key, known)}` })
  }

  /** Replaces references by their text, and looks at addresses, which zod takes in any scheme. */
  function touch(node: Peeled, value: unknown, path: Path): unknown {
    if (!node.secret) {
      if (isAddress(node) && typeof value === 'string') addressFault(value, path, shown(value))
      return value
    }
    if (value === undefined) return note(path, 'missing', undefined)
    if (typeof value === 'string') secrets.texts.add(value)
    const resolved = resolveSecret(value, env, source.folder)
    if (!resolved.ok) {
      expected(path, resolved.expected, { found: resolved.found })
      return note(path, 'failed', value)
    }
    secrets.texts.add(resolved.text)
    if (isAddress(node)) addressFault(resolved.text, path, 'another secret')
    return note(path, 'resolved', resolved.text)
  }

  function note(path: Path, state: 'resolved' | 'failed' | 'missing', value: unknown): unknown {
    secrets.at.set(pathText(path), state)
    return value
  }

  function addressFault(text: string, path: Path, found: string): void {
    const url = URL.parse(text)
    if (url === null) return
    if (!/^(?:https?|wss?):$/.test(url.protocol)) expected(path, 'an address with http, https, ws or wss', { found })
    else if (url.username !== '' || url.password !== '') expected(path, 'an address without credentials', { found })
  }

  function issueFault(issue: z.core.$ZodIssue, path: Path, value: unknown, why: string): void {
    const state = secrets.at.get(pathText(path))
    if (state === 'failed') return
    if (state === 'resolved') {
      expected(path, issue.message, { found: issue.code === 'too_small' ? 'a shorter secret' : 'another secret' })
      return
    }
    const params: unknown = issue.code === 'custom' ? issue.params : undefined
    const said = isMapping(params) && typeof params['found'] === 'string' ? params['found'] : shown(value)
    expected(path, state === 'missing' ? REFERENCE : issue.message, {
      found: value === undefined ? `nothing${why}` : said,
    })
  }

  const check: Reader['check'] = (schema, path, { value = source.valueAt(path), why = '' } = {}) => {
    const before = faults.length
    const resolved = walk(schema, value, path, touch)
    const parsed = schema.safeParse(resolved, { error: expectation })
    const issues = plainIssues(parsed.error?.issues ?? [])
    for (const { path: inner, keys } of issues.flatMap(unrecognized)) {
      for (const key of keys) unknownKey([...path, ...inner, key], keysAt(schema, inner))
    }
    for (const issue of issues.filter(({ code }) => code !== 'unrecognized_keys')) {
      const inner = stepsOf(issue)
      issueFault(issue, [...path, ...inner], valueIn(value, inner), why)
    }
    return parsed.success && faults.length === before ? parsed.data : undefined
  }

  return {
    raw: (path) => source.valueAt(path) ?? undefined,
    keys: (path) => {
      const value = source.valueAt(path)
      return isMapping(value) ? Object.keys(value) : []
    },
    check,
    expected,
    unknownKey,
    finish: () => {
      if (faults.length > 0) throw new ConfigError(inOrder(faults))
    },
  }
}

const stepsOf = ({ path }: z.core.$ZodIssue): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)))

const unrecognized = (issue: z.core.$ZodIssue): { path: Path; keys: readonly string[] }[] =>
  issue.code === 'unrecognized_keys' ? [{ path: stepsOf(issue), keys: issue.keys }] : []

const isAddress = ({ core }: Peeled): boolean => 'format' in core._zod.def && core._zod.def.format === 'url'

const valueIn = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inside, step) => (inside as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    value,
  )

/** Short ones are left: cutting them out would shred the message, and no message of ours repeats a secret anyway. */
const redacted = (message: string, texts: ReadonlySet<string>): string =>
  [...texts].filter((text) => text.length >= 6).reduce((words, text) => words.replaceAll(text, '…'), message)

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const lines = new Set<string>()
  return faults
    .filter((fault) => {
      const line = `${fault.line}:${fault.column} ${fault.path} ${fault.message}`
      return !lines.has(line) && lines.add(line)
    })
    .sort((a, b) => a.line - b.line || a.column - b.column)
}
