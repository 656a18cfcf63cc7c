import { RE2JS } from 're2js'
import { SiteFault } from './site.ts'

/** A third party's regular expression. Runs in linear time, whatever it is and whatever it is given. */
export type Expression = { readonly pattern: string; test(text: string): boolean }

const LONGEST = 500

/** @throws {SiteFault} when it cannot be had in linear time (look-arounds, back references), or is none */
export function compile(pattern: string): RE2JS {
  if (pattern.length > LONGEST) throw new SiteFault('handle', 'expression that does not translate: too long')
  try {
    return RE2JS.compile(pattern)
  } catch (fault) {
    const words = fault instanceof Error ? fault.message.replace(/^error parsing regexp: /, '') : 'unknown'
    throw new SiteFault('handle', `expression that does not translate: ${words}`)
  }
}

/** Python's escapes that mean another set of letters here, inside a class and outside. */
const LETTERS: Readonly<Record<string, readonly [inside: string | null, outside: string]>> = {
  w: ['\\p{L}\\p{N}_', '[\\p{L}\\p{N}_]'],
  W: [null, '[^\\p{L}\\p{N}_]'],
  d: ['\\p{Nd}', '\\p{Nd}'],
  D: ['\\P{Nd}', '\\P{Nd}'],
  Z: [null, '\\z'],
}

/** Escapes and brackets that RE2 takes for something that Python does not know. */
const OTHERS = ['\\Q', '\\E', '\\C', '\\z', '\\p', '\\P']

/**
 * An expression as Python's `re.search` would take it: not anchored, `\w` and `\d` of any script, `{,n}` from none on.
 *
 * @throws {SiteFault} when there is no expression here that means the same
 */
export function fromPython(pattern: string): Expression {
  let isClass = false
  let justOpened = false
  const translated = pattern.replace(/\\[\s\S]|\{,(\d+)\}|\[:|\[\^?|\]|[\s\S]/g, (token: string, most?: string) => {
    const isFirst = justOpened
    justOpened = false
    if (token.startsWith('\\')) return escaped(token, isClass)
    if (isClass) {
      if (token === '[:') throw untranslatable(token)
      // A bracket that closes at once is one of the letters.
      if (token === ']' && !isFirst) isClass = false
      return token === '[' || token === '[^' ? `\\${token}` : token
    }
    if (token.startsWith('[')) {
      isClass = justOpened = true
      return token
    }
    return most === undefined ? token : `{0,${most}}`
  })
  const expression = compile(translated)
  return { pattern, test: (text) => expression.test(text) }
}

function escaped(token: string, isClass: boolean): string {
  const [inside, outside] = LETTERS[token.slice(1)] ?? [token, token]
  const translated = isClass ? inside : outside
  if (translated === null || OTHERS.includes(token)) throw untranslatable(token)
  return translated
}

const untranslatable = (token: string): SiteFault =>
  new SiteFault('handle', `expression that does not translate: ${token}`)
