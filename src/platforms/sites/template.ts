import { SiteFault, type SitePart } from './site.ts'

/** Where a name stands in a request; it is encoded for that place. */
export type Place = 'host' | 'path' | 'query' | 'json' | 'form'

/** Text with places for a name: one more piece than there are places. */
export type Template = { readonly pieces: readonly string[]; readonly places: readonly Place[] }

/** How a name's place is written in the configuration. */
export const ACCOUNT = '{account}'

const LONGEST = 4_000

/** The text with a name in its places, encoded for each of them. */
export function fill({ pieces, places }: Template, account: string): string {
  return pieces.reduce((text, piece, at) => `${text}${encoded(places[at - 1] ?? 'path', account)}${piece}`)
}

function encoded(place: Place, account: string): string {
  // A name that may stand in a host consists of letters that need no encoding.
  if (place === 'host') return account
  return place === 'json' ? JSON.stringify(account).slice(1, -1) : encodeURIComponent(account)
}

// Authority, path, query. What follows a `#` never leaves the machine.
const ADDRESS = /^https?:\/\/([^/?#@\\\s]+)(\/[^?#\\\s]*)?(\?[^#\\\s]*)?(?:#.*)?$/i

/**
 * @param mark what stands for the name
 * @throws {SiteFault} when it is no address, or a name in its place could lead to another server
 */
export function urlTemplate(text: string, mark: string, part: SitePart): Template {
  const [, host = '', path = '', query = ''] = ADDRESS.exec(text) ?? []
  const plain = text.replace(/#.*$/, '')
  if (host === '' || text.length > LONGEST || !URL.canParse(plain.replaceAll(mark, 'a'))) {
    throw new SiteFault(part, 'no usable address')
  }
  if (host.includes(mark) && !isLabel(host, mark)) {
    throw new SiteFault(part, 'name in the address where another server could be named')
  }
  const places = [host, path, query].map((piece, at) => placed(piece, mark, PLACES[at] ?? 'path'))
  return { pieces: plain.split(mark), places: places.flat() }
}

const BASE = 'https://base.invalid'

/**
 * Where a redirect leads: an address, or a path on the server that was asked.
 *
 * @throws {SiteFault} when it is neither
 */
export function targetTemplate(text: string, mark: string, part: SitePart): Template {
  if (!/^\/(?!\/)/.test(text)) return urlTemplate(text, mark, part)
  const { pieces, places } = urlTemplate(`${BASE}${text}`, mark, part)
  return { pieces: pieces.map((piece, at) => (at === 0 ? piece.slice(BASE.length) : piece)), places }
}

const PLACES: readonly Place[] = ['host', 'path', 'query']

const placed = (text: string, mark: string, place: Place): readonly Place[] =>
  Array.from({ length: text.split(mark).length - 1 }, () => place)

/** Only as the first label, below a domain of at least two: nobody's name may choose whom we ask. */
const isLabel = (host: string, mark: string): boolean => {
  const [first, ...domain] = host.split('.')
  return first === mark && domain.length >= 2 && !domain.join('.').includes(mark)
}

/** @throws {SiteFault} when a name cannot be put into it safely */
export function bodyTemplate(text: string, mark: string, contentType: string): Template {
  if (text.length > LONGEST) throw new SiteFault('body', 'body too long')
  const count = text.split(mark).length - 1
  const place: Place = isJson(text, contentType) ? 'json' : 'form'
  if (place === 'json' && namesInside(text, mark) !== count) {
    throw new SiteFault('body', 'body in which a name cannot stand')
  }
  return { pieces: text.split(mark), places: Array.from({ length: count }, () => place) }
}

const isJson = (text: string, contentType: string): boolean =>
  contentType === '' ? /^\s*[[{]/.test(text) : /\bjson\b/i.test(contentType)

/** How often the mark stands inside a JSON text; elsewhere a name would have to bring its own quotes. */
function namesInside(text: string, mark: string): number {
  let count = 0
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'string') count += value.split(mark).length - 1
    })
  } catch {
    return -1
  }
  return count
}

/** The kinds of places a name has in a request; two kinds may mean two things. */
export const placesOf = (...templates: readonly (Template | null)[]): ReadonlySet<Place> =>
  new Set(templates.flatMap((template) => template?.places ?? []))
