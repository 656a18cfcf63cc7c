import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'

type Path = readonly PropertyKey[]

/** A scenario that cannot be played: every fault at once, one a line. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  readonly faults: readonly string[]
  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(faults.join('\n'), options)
    this.faults = faults
  }
}

/** A parsed YAML text that can say where each of its values stands. */
export type OpenYaml = {
  readonly value: unknown
  /** `file:line:column path: message`, at the value or, where there is none, at what should hold it. */
  fault(path: Path, message: string): string
  faultsOf(issues: readonly z.core.$ZodIssue[]): readonly string[]
}

/** @throws {ScenarioError} when the text is no YAML */
export function openYaml(text: string, file: string): OpenYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const broken = [...document.errors, ...document.warnings]
  if (broken.length > 0) {
    throw new ScenarioError(
      broken.map(({ pos, message }) => `${place(pos[0])} (file): expected YAML, found: ${message}`),
    )
  }
  const value: unknown = document.toJS()
  const fault = (path: Path, message: string): string =>
    `${place(offsetOf(document, path))} ${pathText(path)}: ${message}`
  return { value, fault, faultsOf: (issues) => issues.flatMap((issue) => told(issue, value, fault)) }
}

const pathText = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || '(file)'

function offsetOf(document: Document, path: Path): number {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  if (hasRange(node)) return node.range[0]
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1))
}

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

function told(issue: z.core.$ZodIssue, value: unknown, fault: OpenYaml['fault']): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fault([...issue.path, key], 'expected a key that is known here, found this one'))
  }
  const found = issue.path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  )
  return [fault(issue.path, `expected ${issue.message}, found ${shown(found)}`)]
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60))
