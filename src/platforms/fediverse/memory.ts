/** A map that forgets: what is older than `keepMs`, and the oldest where it would hold more than `most`. */
export type Memory<Value> = {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** @param now ms of any clock that only goes forward */
export function createMemory<Value>(most: number, keepMs: number, now: () => number): Memory<Value> {
  const kept = new Map<string, { readonly value: Value; readonly at: number }>()
  return {
    get(key) {
      const found = kept.get(key)
      return found === undefined || now() - found.at > keepMs ? undefined : found.value
    },
    set(key, value) {
      kept.delete(key)
      kept.set(key, { value, at: now() })
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  }
}
