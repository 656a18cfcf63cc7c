import { hash32 } from './account.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * One of our ids as a UUID, for formats that ask for one; a ULID is as long. Version 8 of RFC 9562 leaves all but six
 * bits to whoever makes it.
 */
export function uuidOf(id: string): string {
  let bits = 0n
  for (const digit of id.slice(id.indexOf('_') + 1)) bits = bits * 32n + BigInt(ALPHABET.indexOf(digit))
  const hex = bits.toString(16).padStart(32, '0')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

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
