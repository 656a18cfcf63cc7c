import { withoutAt } from '../reading.ts'

/** A handle in its two parts: the name, and the host it is known at, with its port where it has one. */
export type Acct = { readonly name: string; readonly home: string }

/** Mastodon gives out up to 30 letters, digits and `_`; other servers more, and `.` and `-` inside. */
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$/

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

/** A host without a dot is a slip, unless a port says that one's own server is meant. */
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})+|${LABEL}(?=:))(?::\\d{1,5})?$`)

/** `@Gargron@Mastodon.social` as it is kept: `Gargron@mastodon.social`; null when it can be none. */
export function handleOf(raw: string): string | null {
  const [name = '', host = '', ...rest] = withoutAt(raw).split('@')
  const home = hostOf(host)
  return rest.length === 0 && NAME.test(name) && home !== null ? `${name}@${home}` : null
}

/** A host as addresses have it: lower case, in ASCII, without a port that goes without saying. */
export function hostOf(text: string): string | null {
  if (!/^[^\s/?#@:\\%[\]]{1,253}(?::\d{1,5})?$/.test(text)) return null
  const host = URL.parse(`https://${text}`)?.host ?? ''
  return host.length <= 253 && HOST.test(host) ? host : null
}

/** @param handle as {@link handleOf} gives it */
export function acctOf(handle: string): Acct {
  const at = handle.indexOf('@')
  return { name: handle.slice(0, at), home: handle.slice(at + 1) }
}

/** The host of a handle, as {@link handleOf} gives it. */
export const homeOf = (handle: string): string => acctOf(handle).home

/** Letter case is no difference in a name. */
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
