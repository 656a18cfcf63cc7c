import { hash32 } from './account.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A ULID whose 80 "random" bits come from the text, so that deciding the same thing twice gives the same id: a process
 * killed between deciding and writing decides again after its restart and makes no second outage.
 *
 * @param prefix what it names: `out`, `trn`, `ntc`
 * @param at epoch milliseconds
 * @param text what makes it unique, for example account and instant
 */
export function stableId(prefix: string, at: number, text: string): string {
  let time = Math.max(0, Math.floor(at))
  let head = ''
  for (let digit = 0; digit < 10; digit++) {
    head = ALPHABET.charAt(time % 32) + head
    time = Math.floor(time / 32)
  }
  let tail = ''
  for (let digit = 0; digit < 16; digit++) tail += ALPHABET.charAt(hash32(text, 0x9e3779b9 ^ digit) & 31)
  return `${prefix}_${head}${tail}`
}
