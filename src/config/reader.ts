import type { z } from 'zod'
import { ConfigError, pathText, type Fault, type Path } from './fault.ts'
import { isMapping, keysAt, walk } from './inside.ts'
import { expectation, plainIssues, shown } from './issues.ts'
import { didYouMean, nearest, oneOf } from './near.ts'
import { createReferences } from './references.ts'
import { REFERENCE } from './secrets.ts'
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
  /** @param other what would do as well, in words */
  unknownKey(path: Path, known: readonly string[], other?: string): void
  /** @throws {ConfigError} when anything was wrong, sorted by place */
  finish(): void
}

/** @param env where references to environment variables lead */
export function createReader(source: Source, env: NodeJS.ProcessEnv): Reader {
  const faults: Fault[] = [...source.faults]
  const misspelt = new Set<string>()

  const expected: Reader['expected'] = (path, what, { at = 'value', found } = {}) => {
    // What is missing because its key is misspelt is one mistake, not two.
    if (source.valueAt(path) === undefined && misspelt.has(pathText(path))) return
    const words = found ?? shown(source.valueAt(path))
    faults.push(source.fault(path, at, `expected ${what}, found ${words}`))
  }

  const unknownKey: Reader['unknownKey'] = (path, known, other = '') => {
    const key = String(path.at(-1))
    const meant = nearest(key, known)
    if (meant !== null) misspelt.add(pathText([...path.slice(0, -1), meant]))
    expected(path, `${oneOf(known)}${other}`, { at: 'key', found: `${JSON.stringify(key)}${didYouMean(key, known)}` })
  }

  const references = createReferences({ env, folder: source.folder, expected })

  function issueFault(issue: z.core.$ZodIssue, path: Path, value: unknown, why: string): void {
    const state = references.state(path)
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
    const resolved = walk(schema, value, path, references.touch)
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
      if (faults.length === 0) return
      const shownFaults = faults.map((fault) => ({ ...fault, message: references.redacted(fault.message) }))
      throw new ConfigError(inOrder(shownFaults))
    },
  }
}

const stepsOf = ({ path }: z.core.$ZodIssue): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)))

const unrecognized = (issue: z.core.$ZodIssue): { path: Path; keys: readonly string[] }[] =>
  issue.code === 'unrecognized_keys' ? [{ path: stepsOf(issue), keys: issue.keys }] : []

const valueIn = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inside, step) => (inside as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    value,
  )

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const lines = new Set<string>()
  return faults
    .filter((fault) => {
      const line = `${fault.line}:${fault.column} ${fault.path} ${fault.message}`
      return !lines.has(line) && lines.add(line)
    })
    .sort((a, b) => a.line - b.line || a.column - b.column)
}
