import { randomName } from '../reading.ts'
import type { Expression } from './expression.ts'
import { SiteFault } from './site.ts'

/** What names a site has. */
export type HandleRule = {
  /** Characters that are taken out of a name before it is used. */
  readonly strip: string
  /** It is a part of a host's name. */
  readonly isLabel: boolean
  readonly fits: Expression | null
}

/** Any name that can stand in a path. */
export const ANY_HANDLE: HandleRule = { strip: '', isLabel: false, fits: null }

const LONGEST = 255

/** Would lead to another address, out of a quoted text, or into no text at all (half a letter, control characters). */
const UNSAFE = /[/?#@:\\"\p{C}\p{Zl}\p{Zp}]|^\s|\s$|^\.{1,2}$/u

/** The part that a visitor chose. Hosts that begin with `xn--` are another script in disguise. */
const LABEL = /^(?!xn--)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/i

/** The name as it is kept, or null when the site can have none of that kind. */
export function handleBy({ strip, isLabel, fits }: HandleRule, raw: string): string | null {
  if (raw.length > LONGEST) return null
  const handle =
    strip === ''
      ? raw
      : Array.from(raw)
          .filter((letter) => !strip.includes(letter))
          .join('')
  if (handle === '' || UNSAFE.test(handle)) return null
  if (isLabel && !LABEL.test(handle)) return null
  return fits === null || fits.test(handle) ? handle : null
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'

/** Ways to make up a name, the likeliest to fit first. */
const SHAPES: readonly ((length: number) => string)[] = [
  (length) => randomName(length),
  (length) => randomName(length, LOWER),
  (length) => `${randomName(length / 2, LOWER)}_${randomName(length / 2, LOWER)}`,
  (length) => randomName(length, LOWER).toUpperCase(),
]

/** Even: some shapes are made of halves. Eight letters are the least of which it is certain that nobody has them. */
const LENGTHS = [12, 10, 8, 16, 20]

/** As many made-up names must fit before a way to make them is trusted. */
const TRIES = 8

/**
 * A way to make up names that nobody has and that the site could have.
 *
 * @throws {SiteFault} when none of ours fits
 */
export function nobodyBy(rule: HandleRule): () => string {
  const make = MAKERS.get(rule) ?? makerFor(rule)
  MAKERS.set(rule, make)
  return make
}

/** A rule that a way was found for keeps it: looked for again, luck could refuse what has been taken. */
const MAKERS = new WeakMap<HandleRule, () => string>()

function makerFor(rule: HandleRule): () => string {
  // Letters and digits fit everywhere where nothing else is asked for.
  if (rule.fits === null && rule.strip === '') return () => randomName(12)
  const fits = (name: string): boolean => handleBy(rule, name) === name
  for (const shape of SHAPES) {
    for (const length of LENGTHS) {
      const make = (): string => shape(length)
      if (Array.from({ length: TRIES }, make).every(fits)) return () => made(make, fits)
    }
  }
  throw new SiteFault('handle', 'expression that no made-up name fits')
}

/** Some sites leave out a single letter, such as the digit 0: what does not fit is thrown again. */
function made(make: () => string, fits: (name: string) => boolean): string {
  for (;;) {
    const name = make()
    if (fits(name)) return name
  }
}
