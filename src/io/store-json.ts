declare const shape: unique symbol

/**
 * JSON text of a `T`. Answers cross the threads as one text: rows hold JSON already, and parsing it where it is needed
 * is cheaper than parsing it here and cloning the objects.
 */
export type Json<T> = string & { readonly [shape]?: T }

export const json = <T>(value: T): Json<T> => JSON.stringify(value)

/** The text of a row's `body`. */
export const stored = <T>(body: string | undefined): Json<T | null> => body ?? 'null'

export const jsonList = <T>(texts: readonly string[]): Json<readonly T[]> =>
  `[${texts.join(',')}]` as Json<readonly T[]>

/** Items with whatever the next call goes on from; null after the last. */
export type Slice<T, Key> = { readonly items: readonly T[]; readonly next: Key | null }

/** @param texts one more than `limit` where there is more */
export const jsonSlice = <T, Key>(texts: readonly string[], limit: number, keyOf: (index: number) => Key) =>
  `{"items":[${texts.slice(0, limit).join(',')}],"next":${
    texts.length > limit ? JSON.stringify(keyOf(limit - 1)) : 'null'
  }}` as Json<Slice<T, Key>>
