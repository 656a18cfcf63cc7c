import { pathText, type Path } from './fault.ts'
import type { Peeled, Touch } from './inside.ts'
import { addressWith, protocolOf, shown } from './issues.ts'
import { resolveSecret } from './secrets.ts'

/** How it stands with a place that takes a secret. */
export type SecretState = 'resolved' | 'failed' | 'missing'

/** The secrets that one file refers to. */
export type References = {
  /** Replaces references by their text, and looks at addresses, which zod takes in any scheme. */
  readonly touch: Touch
  /** Undefined where no secret belongs. */
  state(path: Path): SecretState | undefined
  /** A message without any secret that was met, whether by reference or written out. */
  redacted(message: string): string
}

export type ReferencesParts = {
  readonly env: NodeJS.ProcessEnv
  /** Paths in references start here. */
  readonly folder: string
  readonly expected: (path: Path, what: string, complaint: { found: string }) => void
}

/** Follows the secret references of one file. */
export function createReferences({ env, folder, expected }: ReferencesParts): References {
  const states = new Map<string, SecretState>()
  const texts = new Set<string>()

  const touch: Touch = (node, value, path) => {
    if (node.secret) return followed(node, value, path)
    if (isAddress(node) && typeof value === 'string') addressFault(node, value, path, shown(value))
    return value
  }

  function followed(node: Peeled, value: unknown, path: Path): unknown {
    states.set(pathText(path), value === undefined ? 'missing' : 'failed')
    if (value === undefined) return undefined
    if (typeof value === 'string') texts.add(value)
    const resolved = resolveSecret(value, env, folder)
    if (!resolved.ok) {
      expected(path, resolved.expected, { found: resolved.found })
      return value
    }
    states.set(pathText(path), 'resolved')
    texts.add(resolved.text)
    if (isAddress(node)) addressFault(node, resolved.text, path, 'another secret')
    return resolved.text
  }

  /** Where the schema itself names schemes, zod says the same in the same words, and that is told once. */
  function addressFault({ core }: Peeled, text: string, path: Path, found: string): void {
    const url = URL.parse(text)
    const protocol = protocolOf(core)
    if (url === null) return
    if (!protocol.test(url.protocol.slice(0, -1))) expected(path, addressWith(protocol), { found })
    else if (url.username !== '' || url.password !== '') expected(path, 'an address without credentials', { found })
  }

  return {
    touch,
    state: (path) => states.get(pathText(path)),
    // Short ones are left: cutting them out would shred the message, and no message of ours repeats a secret anyway.
    redacted: (message) =>
      [...texts].filter((text) => text.length >= 6).reduce((words, text) => words.replaceAll(text, '…'), message),
  }
}

const isAddress = ({ core }: Peeled): boolean => 'format' in core._zod.def && core._zod.def.format === 'url'
