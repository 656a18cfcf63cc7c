import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Path } from './fault.ts'

/** One value of the file with where it stands: offsets of the value, of its keys, and the same for what is inside. */
export type Spot = {
  readonly value: unknown
  readonly at: number
  /** Values it holds when every alias is followed, itself included. */
  readonly size: number
  readonly keys: ReadonlyMap<string, number>
  readonly inside: ReadonlyMap<string | number, Spot>
}

/** Something that YAML allows and we do not; `at` is an offset in the text. */
export type TreeFault = { readonly at: number; readonly path: Path; readonly expected: string; readonly found: string }

/** Aliases may repeat this many values in all; a few lines of nested aliases can otherwise stand for billions. */
const MOST_REPEATED = 10_000

/** The document as plain values with positions. Aliases share what they name, so nothing is ever multiplied here. */
export function treeOf(document: Document): { readonly root: Spot; readonly faults: readonly TreeFault[] } {
  const faults: TreeFault[] = []
  const anchors = new Map<string, Spot>()
  let repeated = 0

  function spotOf(node: Node | null, path: Path, fallback: number): Spot {
    if (isAlias(node)) return aliased(node, path)
    const at = node?.range?.[0] ?? fallback
    const spot = isMap(node) ? mapping(node, path, at) : isSeq(node) ? list(node, path, at) : leaf(node, at)
    const anchor = isCollection(node) || isScalar(node) ? node.anchor : undefined
    if (anchor !== undefined) anchors.set(anchor, spot)
    return spot
  }

  function aliased(node: Alias, path: Path): Spot {
    const at = node.range?.[0] ?? 0
    // An anchor is known once it is complete, so an alias inside its own anchor finds nothing.
    const anchor = anchors.get(node.source)
    if (anchor === undefined) {
      faults.push({ at, path, expected: 'an alias of something complete above it', found: `*${node.source}` })
      return leaf(null, at)
    }
    repeated += anchor.size
    if (repeated <= MOST_REPEATED) return { ...anchor, at }
    faults.push({ at, path, expected: `aliases that repeat at most ${MOST_REPEATED} values`, found: 'more' })
    return leaf(null, at)
  }

  function mapping(node: YAMLMap, path: Path, at: number): Spot {
    const keys = new Map<string, number>()
    const inside = new Map<string, Spot>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key)
      const keyAt = isNode(key) ? (key.range?.[0] ?? at) : at
      keys.set(name, keyAt)
      inside.set(name, spotOf(isNode(value) ? value : null, [...path, name], keyAt))
    }
    // fromEntries defines its keys, so that even `__proto__` is only a key nobody knows.
    const value = Object.fromEntries([...inside].map(([name, spot]) => [name, spot.value]))
    return { value, at, size: sizeOf(inside), keys, inside }
  }

  function list(node: YAMLSeq, path: Path, at: number): Spot {
    const spots = node.items.map((item, index) => spotOf(isNode(item) ? item : null, [...path, index], at))
    const inside = new Map(spots.entries())
    return { value: spots.map((spot) => spot.value), at, size: sizeOf(inside), keys: new Map(), inside }
  }

  const root = spotOf(document.contents, [], 0)
  return { root, faults }
}

const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)

const leaf = (node: Node | null, at: number): Spot => ({
  value: isScalar(node) ? node.value : null,
  at,
  size: 1,
  keys: new Map(),
  inside: new Map(),
})

const sizeOf = (inside: ReadonlyMap<string | number, Spot>): number =>
  [...inside.values()].reduce((sum, spot) => sum + spot.size, 1)
