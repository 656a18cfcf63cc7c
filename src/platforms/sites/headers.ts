import { SiteFault } from './site.ts'

const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/
const VALUE = /^[\x20-\x7e]{0,2000}$/

/** What the connection says for itself. */
const OWN = ['accept-encoding', 'connection', 'content-length', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/** We say who we are, and climb no walls in another's name. */
const DISHONEST = ['user-agent', 'cookie', 'authorization', 'proxy-authorization']

/**
 * The headers of a description that may be sent, names in lower case; `left` are those left out that change what is
 * answered.
 *
 * @throws {SiteFault} when one cannot be sent, or asks another host than the address names
 */
export function sendable(
  headers: Readonly<Record<string, string>>,
  host: string,
): { readonly headers: Readonly<Record<string, string>>; readonly left: readonly string[] } {
  const kept: Record<string, string> = {}
  const left: string[] = []
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase()
    if (!NAME.test(name) || !VALUE.test(value) || name === '__proto__') {
      throw new SiteFault('headers', 'header that cannot be sent')
    }
    if (name === 'host' && value.toLowerCase() !== host) {
      throw new SiteFault('headers', 'header that asks another host than the address')
    }
    if (DISHONEST.includes(name)) left.push(name)
    else if (name !== 'host' && !OWN.includes(name)) kept[name] = value
  }
  return { headers: kept, left }
}
