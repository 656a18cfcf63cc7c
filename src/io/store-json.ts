declare const shape: unique symbol

/**
 * JSON text of a `T`. Answers cross the threads as one text: rows hold JSON already, and parsing it where it is needed
 * is cheaper than parsing it here and cloning the objects.
 */
export type Json<T> = string & { readonly [shape]?: T }

/** A value as its text. */
export const json = <T>(value: T): Json<T> => JSON.stringify(value)

/** The text of a row's `body`; `null` where there is no such row. */
export const stored = <T>(body: string | undefined): Json<T | null> => body ?? 'null'

/** Texts of values as the text of their list. */
export const jsonList = <T>(texts: readonly string[]): Json<readonly T[]> =>
  `[${texts.join(',')}]` as Json<readonly T[]>

/** A part of a list, and where the next part begins: null after the last. */
export type Slice<T, Key> = { readonly items: readonly T[]; readonly next: Key | null }

/** A slice of a list. @param texts of its items, and one more than `limit` where the list goes on */
export const jsonSlice = <T, Key>(texts: readonly string[], limit: number, keyOf: (index: number) => Key) =>
  `{"items":[${texts.slice(0, limit).join(',')}],"next":${
    texts.length > limit ? JSON.stringify(keyOf(limit - 1)) : 'null'
  }}` as Json<Slice<T, Key>>
