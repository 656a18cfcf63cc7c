import type { Answer } from '../../core/answer.ts'
import type { Identity } from '../../core/verdict.ts'

/** Who answered at a path, and the mark by which the server knows whether that still holds. */
export type Remembered = { readonly etag: string; readonly identity: Identity }

/**
 * What was last seen at each path, for conditional requests. Only those who were present are kept, so that "not
 * modified" can mean nothing else.
 */
export type Memory = {
  recall(path: string): Remembered | null
  keep(path: string, answer: Pick<Answer, 'headers'>, identity: Identity): void
  forget(path: string): void
}

/** More than the budget of a token can ask about; a few hundred bytes each. */
const MOST = 10_000

/** What HTTP allows in it (RFC 9110, 8.8.3), at a length worth sending back with every request. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/

/** @param most beyond it the path goes that was not asked about for longest */
export function createMemory(most = MOST): Memory {
  const known = new Map<string, Remembered>()

  function putLast(path: string, remembered: Remembered): void {
    known.delete(path)
    known.set(path, remembered)
  }

  return {
    recall(path) {
      const remembered = known.get(path)
      if (remembered === undefined) return null
      putLast(path, remembered)
      return remembered
    },
    keep(path, { headers: { etag = '' } }, identity) {
      if (ETAG.test(etag)) putLast(path, { etag, identity })
      else known.delete(path)
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
    },
    forget: (path) => void known.delete(path),
  }
}
