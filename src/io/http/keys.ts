import { createHash, timingSafeEqual } from 'node:crypto'

/** A viewer reads, an operator also acts. */
export type Role = 'viewer' | 'operator'
/** Who may come in, and as what. */
export type Token = { readonly name: string; readonly role: Role; readonly token: string }
/** Whom a token belongs to, without the token. */
export type Person = { readonly name: string; readonly role: Role }

/** Tells people by their tokens. */
export type Keys = {
  /** There are no tokens and only this machine can reach us: everyone is operator. */
  isOpen(): boolean
  who(token: string): Person | null
  /** Whom an `Authorization` header names; `missing` without one. */
  bearer(header: string | undefined): Person | 'missing' | 'wrong'
  replace(tokens: readonly Token[]): void
}

const LOCAL: Person = { name: 'local', role: 'operator' }

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

/**
 * The tokens, kept as digests only. Both sides are hashed and every token is compared to the end, so that the time an
 * answer takes tells nothing about any of them.
 */
export function createKeys(tokens: readonly Token[], loopback: boolean): Keys {
  const hashed = (list: readonly Token[]) =>
    list.map(({ name, role, token }) => ({ person: { name, role }, digest: digest(token) }))
  let known = hashed(tokens)

  const isOpen = (): boolean => loopback && known.length === 0

  function who(token: string): Person | null {
    const offered = digest(token)
    let found: Person | null = null
    for (const key of known) if (timingSafeEqual(key.digest, offered)) found ??= key.person
    return found
  }

  return {
    isOpen,
    who,
    bearer(header) {
      if (isOpen()) return LOCAL
      if (header === undefined) return 'missing'
      const token = /^Bearer +(\S+) *$/i.exec(header)?.[1]
      return token === undefined ? 'wrong' : (who(token) ?? 'wrong')
    },
    replace(next) {
      known = hashed(next)
    },
  }
}
