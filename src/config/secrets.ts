import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { insteadOfFile } from './fault.ts'
import { isMapping } from './inside.ts'

/** What is expected where a secret belongs. */
export const REFERENCE = 'a secret reference { env: NAME } or { file: PATH }'

const MOST_BYTES = 64 * 1024

/** A secret's text, or why there is none. Neither `expected` nor `found` ever repeats what may be a secret. */
export type Resolved =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly expected: string; readonly found: string }

const no = (expected: string, found: string): Resolved => ({ ok: false, expected, found })

/** Follows a reference. Whitespace around the secret is no part of it: files end in line breaks. */
export function resolveSecret(reference: unknown, env: NodeJS.ProcessEnv, folder: string): Resolved {
  if (reference === null) return no(REFERENCE, 'nothing')
  if (!isMapping(reference)) return no(REFERENCE, 'a literal, which is not shown here')
  const [entry, ...more] = Object.entries(reference)
  if (entry === undefined || more.length > 0) return no(REFERENCE, 'another mapping')
  const [kind, name] = entry
  if (typeof name !== 'string' || name === '') return no(REFERENCE, 'another mapping')
  if (kind === 'env') return fromEnvironment(name, env)
  return kind === 'file' ? fromFile(name, folder) : no(REFERENCE, 'another mapping')
}

function fromEnvironment(name: string, env: NodeJS.ProcessEnv): Resolved {
  // What is no name may be the secret itself, written in the wrong place.
  if (!/^[A-Za-z_]\w*$/.test(name)) return no('the name of an environment variable', 'text that is none')
  const text = env[name]?.trim() ?? ''
  return text === '' ? no(`environment variable ${name} to be set`, 'nothing') : { ok: true, text }
}

function fromFile(path: string, folder: string): Resolved {
  const whole = resolve(folder, path)
  try {
    const { size } = statSync(whole)
    if (size > MOST_BYTES) return no(`at most ${MOST_BYTES} bytes in the file ${path}`, String(size))
    const text = readFileSync(whole, 'utf8').trim()
    return text === '' ? no(`a secret in the file ${path}`, 'nothing') : { ok: true, text }
  } catch (cause) {
    return no(`a readable file ${path}`, insteadOfFile(cause))
  }
}
