import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { AskFault } from '../core/answer.ts'
import { faultAt } from './fault.ts'

/** Where requests may go beside public addresses. */
export type OutboundRules = {
  /** Ranges in CIDR form that answers and subscribers may lead to although they are not public. */
  readonly allowPrivate: readonly string[]
  /** Origins (`https://host:port`) that may be anywhere, since the configuration itself names them. */
  readonly trustedOrigins?: readonly string[]
}

/** An address that was judged. */
export type Target = { readonly url: URL; readonly isTrusted: boolean }

/** All addresses of a name, as `node:dns` looks them up. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (fault: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Judges where a request would lead, before and after its name is resolved. */
export type Guard = {
  /**
   * Parses and judges an address. A trusted origin passes; an IP address is judged here, since nothing looks it up; a
   * name is judged by {@link Guard.lookup} when it is resolved.
   * @param schemes as `URL.protocol` gives them: `https:`
   * @throws {AskFault} forbidden_address
   */
  readonly target: (address: string, schemes: readonly string[]) => Target
  /**
   * For `net.connect`: resolves once and judges every address the name has. What was judged is what is connected to, so
   * a name cannot answer differently the second time.
   */
  readonly lookup: LookupFunction
}

/** Keeps requests that answers or subscribers ask for out of private and reserved networks. */
export function createGuard(
  { allowPrivate, trustedOrigins = [] }: OutboundRules,
  resolve: Resolve = systemLookup,
): Guard {
  const ranges = allowPrivate.map((range) => ipaddr.parseCIDR(range))
  const trusted = new Set(trustedOrigins.map((origin) => webOrigin(new URL(origin))))

  function mayConnect(address: string): boolean {
    const parsed = ipaddr.parse(address)
    return isPublic(parsed) || forms(parsed).some((form) => ranges.some((range) => within(form, range)))
  }

  function target(address: string, schemes: readonly string[]): Target {
    const url = URL.parse(address)
    if (url === null) throw faultAt('forbidden_address', 'no valid address', { isFinal: true })
    const isCredentialed = url.username !== '' || url.password !== ''
    if (!schemes.includes(url.protocol) || isCredentialed)
      throw faultAt('forbidden_address', url.host, { isFinal: true })
    if (trusted.size > 0 && trusted.has(webOrigin(url))) return { url, isTrusted: true }
    const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
    if (isIP(host) !== 0 && !mayConnect(host)) throw privateAt(url.host, true)
    return { url, isTrusted: false }
  }

  const lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (fault, addresses) => {
      if (fault !== null) {
        done(fault, '')
        return
      }
      const [first] = addresses
      if (first === undefined) done(faultAt('dns', hostname), '')
      else if (!addresses.every(({ address }) => mayConnect(address))) done(privateAt(hostname, false), '')
      else if (options.all === true) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }

  return { target, lookup }
}

/**
 * Whether requests of subscribers may go to that origin, as far as it can be told without asking where a name leads:
 * this machine's own is known.
 */
export function mayReach(origin: string, allowPrivate: readonly string[]): boolean {
  const url = new URL(origin)
  if (/(?:^|\.)localhost$/.test(url.hostname)) url.hostname = '127.0.0.1'
  try {
    createGuard({ allowPrivate }).target(url.origin, ['http:', 'https:'])
    return true
  } catch {
    return false
  }
}

/** A refusal is final for an IP address in the URL; a name may lead to another address later. */
const privateAt = (host: string, isFinal: boolean): AskFault =>
  faultAt('forbidden_address', host, { words: 'a private address that outbound.allowPrivate does not name', isFinal })

type Address = ReturnType<typeof ipaddr.parse>

/**
 * Of IPv6 only 2000::/3 is assigned to the public (IANA, IPv6 global unicast); what lies outside may be an IPv4 address
 * in an old notation.
 */
const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || within(address, GLOBAL_UNICAST))

const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

/** An IPv4 address that is written as an IPv6 one (mapped) may be allowed under either form. */
const forms = (address: Address): readonly Address[] =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? [address, address.toIPv4Address()] : [address]

const within = (address: Address, [base, bits]: readonly [Address, number]): boolean =>
  address.kind() === base.kind() && address.match(base, bits)

/** A socket's origin is that of the web server which upgrades it. */
const webOrigin = ({ protocol, host }: URL): string => `${protocol.replace(/^ws/, 'http')}//${host}`
