/** The child's end of the channel: see child.ts. */

export const tellParent = (message: { readonly kind: string; readonly [field: string]: unknown }): void => {
  process.send?.(message)
}

export function onParent(take: (message: { readonly kind: string; readonly [field: string]: unknown }) => void): void {
  process.on('message', take)
}

/** Nobody listens any more: whatever is open, there is nothing left to do. */
process.on('disconnect', () => process.exit())
