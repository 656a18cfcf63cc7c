import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { PlatformKind } from '../platforms/kind.ts'
import { FORMATS, PackError, packKinds, readPack, type Format, type Pack } from '../platforms/rules.ts'
import type { PackSummary } from '../core/platform.ts'
import { ConfigError, insteadOfFile, type Path } from './fault.ts'
import type { Reader } from './reader.ts'

const MOST_BYTES = 16 * 1024 * 1024

/** One entry of `rules`. */
export const rulesEntry = z.strictObject({
  file: z.string().min(1).describe('A rule file, relative to this one'),
  format: z
    .enum(Object.keys(FORMATS) as Format[])
    .optional()
    .describe('Whose format it has, unless the content tells'),
})

/**
 * A platform for each site of the rule files, in their order; a slug that is taken stays with whoever had it first.
 * Rules that are refused are none of the configuration's faults.
 *
 * @param kinds the platforms there are already
 */
export function readRules(reader: Reader, folder: string, kinds: readonly PlatformKind[]): Rules {
  const section = reader.raw(['rules'])
  if (section === undefined) return NO_RULES
  if (!Array.isArray(section)) {
    reader.expected(['rules'], 'a list of rule files')
    return NO_RULES
  }
  const taken = new Set(kinds.map(({ id }) => id))
  const read = section.flatMap((_, index): readonly Rules[] => {
    const pack = packAt(reader, ['rules', index], folder)
    if (pack === undefined) return []
    const { kinds: fresh, collisions } = packKinds(pack, taken)
    for (const { id } of fresh) taken.add(id)
    const { name, licence, source, file, refused } = pack
    const clashing = collisions.map((one) => one.name)
    const summary = { name, licence, source, file, path: resolve(folder, file) }
    return [{ kinds: fresh, packs: [{ ...summary, taken: fresh.length, refused: refused.length, clashing }] }]
  })
  return { kinds: read.flatMap((one) => one.kinds), packs: read.flatMap((one) => one.packs) }
}

type Rules = { readonly kinds: readonly PlatformKind[]; readonly packs: readonly PackSummary[] }

const NO_RULES: Rules = { kinds: [], packs: [] }

function packAt(reader: Reader, path: Path, folder: string): Pack | undefined {
  const entry = reader.check(rulesEntry, path)
  if (entry === undefined) return undefined
  const pack = packIn(resolve(folder, entry.file), entry.format ?? null, entry.file)
  if ('sites' in pack) return pack
  reader.expected([...path, 'file'], pack.expected, { found: pack.found })
  return undefined
}

/**
 * One rule file by itself.
 *
 * @param format null to tell it by the content
 * @throws {ConfigError} when it is none
 */
export function loadPack(file: string, format: Format | null): Pack {
  const pack = packIn(file, format, file)
  if ('sites' in pack) return pack
  const message = `expected ${pack.expected}, found ${pack.found}`
  throw new ConfigError([{ file, line: 1, column: 1, path: '(file)', message }])
}

type Wrong = { readonly expected: string; readonly found: string }

/** @param shown what the file is called for people */
function packIn(file: string, format: Format | null, shown: string): Pack | Wrong {
  const text = textOf(file)
  if (typeof text !== 'string') return text
  try {
    return readPack(text, format, shown)
  } catch (fault) {
    if (!(fault instanceof PackError)) throw fault
    return { expected: `a rule file${format === null ? '' : ` of ${format}`}`, found: fault.message }
  }
}

function textOf(file: string): string | Wrong {
  try {
    const { size } = statSync(file)
    if (size > MOST_BYTES) return { expected: `at most ${MOST_BYTES} bytes`, found: String(size) }
    return readFileSync(file, 'utf8')
  } catch (fault) {
    return { expected: 'a readable file', found: insteadOfFile(fault) }
  }
}
