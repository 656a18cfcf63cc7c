import { BadCursor } from '../../core/store.ts'
import { refuse } from './problem.ts'

/** A page of the store; its word on a cursor it never gave out becomes a problem. */
export async function fromStore<T>(page: Promise<T>): Promise<T> {
  try {
    return await page
  } catch (fault) {
    if (fault instanceof BadCursor) refuse(400, 'Parameter cursor is not one that was given as next.')
    throw fault
  }
}
