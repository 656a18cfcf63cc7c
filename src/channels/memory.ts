/** More than any storm leaves open at once. */
const MOST = 1_000

/** Puts a value into a map as its newest; what was put there longest ago is forgotten when there are too many. */
export function remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
  memory.delete(key)
  memory.set(key, value)
  const [oldest] = memory.keys()
  if (memory.size > MOST && oldest !== undefined) memory.delete(oldest)
}
