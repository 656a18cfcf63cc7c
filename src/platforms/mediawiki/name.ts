/** A user and the wiki it is on. */
export type Place = { readonly name: string; readonly host: string }

/** The parts of a handle as it is kept. A few old names hold an `@` themselves. */
export function placeOf(handle: string): Place {
  const at = handle.lastIndexOf('@')
  return { name: handle.slice(0, at), host: handle.slice(at + 1) }
}

/** The handle of a user at a wiki. */
export const handleAt = (name: string, host: string): string => `${name}@${host}`

/** `jimbo_Wales@EN.wikipedia.org` → `Jimbo Wales@en.wikipedia.org`; null when it can be no user of any wiki. */
export function handleOf(raw: string): string | null {
  if (!raw.includes('@')) return null
  const place = placeOf(raw)
  const name = nameOf(place.name)
  const host = hostOf(place.host)
  return name === null || host === null ? null : handleAt(name, host)
}

/** What the software refuses in a title, and slashes, which are for subpages (mediawiki.org, Manual:User names). */
const FORBIDDEN = /[#<>[\]|{}/\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{FFFD}]/u
const MOST_BYTES = 255

function nameOf(raw: string): string | null {
  if (raw.length > MOST_BYTES || FORBIDDEN.test(raw)) return null
  const name = capital(
    raw
      .normalize('NFC')
      .replace(/[_\s]+/g, ' ')
      .trim(),
  )
  return name === '' || new TextEncoder().encode(name).length > MOST_BYTES ? null : name
}

/**
 * The first letter is a capital at every wiki. Only where no wiki disagrees: Georgian letters have capitals that nobody
 * uses, and some letters become two.
 */
function capital(name: string): string {
  const [first = ''] = name
  if (!/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}]/u.test(first)) return name
  const upper = first.toUpperCase()
  return upper.length === first.length ? upper + name.slice(first.length) : name
}

/** A host as the browser writes it, with its port where that is not the usual one. */
export function hostOf(raw: string): string | null {
  if (raw.length > 260 || !/^[^\s/?#@\\%]+$/.test(raw)) return null
  return URL.parse(`https://${raw}`)?.host ?? null
}
