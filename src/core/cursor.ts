/** Thrown by a store's lists for a cursor that it never gave out. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}
