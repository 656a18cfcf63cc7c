import type { PlatformKind } from '../platforms/kind.ts'
import type { Path } from './fault.ts'
import { isMapping } from './inside.ts'
import { ownPart } from './platforms.ts'
import type { Reader } from './reader.ts'

/** What an entry of one's own may be called: it is the first part of addresses. */
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/**
 * The platforms there are, with those that the file describes itself: `kind: http` under a name of one's own, or
 * settings for the kind as it is called. What is wrong with a description is told when it is connected.
 */
export function withNamed(reader: Reader, kinds: readonly PlatformKind[]): readonly PlatformKind[] {
  const described = kinds.map((kind) => {
    const written = writtenAt(reader, kind.id)
    const { named } = kind
    return named === undefined || written === undefined ? kind : { ...named(kind.id, written), named }
  })
  const strangers = reader.keys(['platforms']).filter((key) => kinds.every(({ id }) => id !== key))
  return [...described, ...strangers.flatMap((key) => namedAt(reader, key, kinds) ?? [])]
}

function namedAt(reader: Reader, key: string, kinds: readonly PlatformKind[]): PlatformKind | undefined {
  const written = writtenAt(reader, key)
  if (written?.['kind'] === undefined) return undefined
  const path: Path = ['platforms', key]
  if (!NAME.test(key) || key.length > 40) {
    reader.expected(path, 'a name of lower-case letters and digits such as my-forum', {
      at: 'key',
      found: JSON.stringify(key),
    })
  }
  const makers = kinds.filter(({ named }) => named !== undefined)
  // Under a kind that nobody knows the entry still has its name; its schema says what is wrong.
  const maker = makers.find(({ id }) => id === written['kind']) ?? makers[0]
  return maker?.named?.(key, written)
}

function writtenAt(reader: Reader, key: string): Readonly<Record<string, unknown>> | undefined {
  const written = reader.raw(['platforms', key])
  return isMapping(written) ? ownPart(written) : undefined
}
