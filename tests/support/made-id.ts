import { createHash } from 'node:crypto'

/** An id for a made-up account, always the same for its name: 32 hex digits. */
export const madeId = (name: string): string => createHash('md5').update(name).digest('hex')

/** The same as a number of at most nine digits. */
export const madeNumber = (name: string): number => (Number.parseInt(madeId(name).slice(0, 8), 16) % 999_999_999) + 1
