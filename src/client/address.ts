/** The public subprotocol; the server always selects this one, never the token's. */
const SUBPROTOCOL = 'rollcall.v1'

/**
 * Where the live socket of an app is. Takes the app's address (`https://rollcall.example.org`, with or without a path)
 * or that of the socket itself (`wss://rollcall.example.org/live`).
 *
 * @throws {TypeError} when it is no address, or of a scheme that leads to no socket
 */
export function liveAddress(url: string | URL): string {
  if (!URL.canParse(url)) throw new TypeError('expected an address such as https://rollcall.example.org')
  const address = new URL(url)
  const scheme = SCHEMES.get(address.protocol)
  if (scheme === undefined) throw new TypeError(`expected http, https, ws or wss, found ${address.protocol}`)
  address.protocol = scheme
  address.hash = ''
  if (!address.pathname.endsWith('/live')) address.pathname = `${address.pathname.replace(/\/$/, '')}/live`
  return address.href
}

const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http:', 'ws:'],
  ['https:', 'wss:'],
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
])

/** What to offer. A token travels as a second subprotocol since a page cannot set headers on a socket. */
export const subprotocols = (token: string | undefined): string[] =>
  token === undefined || token === '' ? [SUBPROTOCOL] : [SUBPROTOCOL, `bearer.${base64url(token)}`]

function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
