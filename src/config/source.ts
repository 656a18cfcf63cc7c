import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument, type YAMLError } from 'yaml'
import { ConfigError, insteadOfFile, pathText, type Fault, type Path } from './fault.ts'
import { treeOf, type Spot } from './tree.ts'

/** A configuration file, read and parsed but not yet understood. */
export type Source = {
  /** As the caller wrote it; faults show this. */
  readonly file: string
  /** Absolute; relative paths in the file start here. */
  readonly folder: string
  /** What could be seen to be wrong already without stopping. */
  readonly faults: readonly Fault[]
  /** Undefined where there is nothing. */
  valueAt(path: Path): unknown
  /** A fault placed at the value, at its key, or, where there is none, at the nearest thing around it. */
  fault(path: Path, at: 'key' | 'value', message: string): Fault
}

/** A hundred thousand accounts fit. */
const MOST_BYTES = 16 * 1024 * 1024

/** @throws {ConfigError} when the file cannot be read or is no YAML: then nothing in it can be relied on */
export const readSource = (file: string): Source => parseSource(file, readText(file))

/** @throws {ConfigError} when the text is no YAML */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter()
  // Pretty errors quote the line, and the line may hold a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' })
  const faultAt = (offset: number, path: string, message: string): Fault => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, path, message }
  }
  const said = (error: YAMLError) => faultAt(error.pos[0], '(file)', wordsFor(error))
  const broken = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY')
  if (broken.length > 0) throw new ConfigError(document.errors.map(said))
  const { root, faults } = treeOf(document)
  const amiss = faults.map((one) => faultAt(one.at, pathText(one.path), `expected ${one.expected}, found ${one.found}`))
  if (amiss.length > 0) throw new ConfigError([...document.errors.map(said), ...amiss])
  return {
    file,
    folder: dirname(resolve(file)),
    faults: [...document.errors, ...document.warnings].map(said),
    valueAt: (path) => descend(root, path)?.value,
    fault: (path, at, message) => faultAt(offsetOf(root, path, at), pathText(path), message),
  }
}

const descend = (root: Spot, path: Path): Spot | undefined =>
  path.reduce<Spot | undefined>((spot, step) => spot?.inside.get(step), root)

function offsetOf(root: Spot, path: Path, at: 'key' | 'value'): number {
  const parent = descend(root, path.slice(0, -1))
  const key = parent?.keys.get(String(path.at(-1)))
  if (at === 'key' && key !== undefined) return key
  const spot = descend(root, path)
  return spot === undefined ? offsetOf(root, path.slice(0, -1), at) : spot.at
}

function readText(file: string): string {
  const whole = (message: string, cause?: unknown) =>
    new ConfigError([{ file, line: 1, column: 1, path: '(file)', message }], { cause })
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw whole(`expected a readable file, found ${insteadOfFile(cause)}`, cause)
  }
  if (bytes.length > MOST_BYTES) throw whole(`expected at most ${MOST_BYTES} bytes, found ${bytes.length}`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw whole('expected UTF-8 text, found other bytes', cause)
  }
}

/** Faults that the parser describes without repeating what stands in the file, which may be a secret. */
const DISCREET: readonly string[] = [
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'NON_STRING_KEY',
  'TAB_AS_INDENT',
]

function wordsFor({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'expected each key once, found it again'
  if (code === 'TAG_RESOLVE_FAILED') return 'expected no tag, found one'
  if (code === 'MULTIPLE_DOCS') return 'expected one document, found another'
  return `expected YAML, found ${DISCREET.includes(code) ? `a fault: ${message}` : 'something that cannot stand here'}`
}
