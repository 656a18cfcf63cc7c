import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** Where to listen. */
export type Listen = { readonly host: string; readonly port: number }

/**
 * Whether a listener or a Host header's name stays on this machine. A name other than `localhost` may lead anywhere.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || (ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback')
}

/** Whether a listener at this address hears on every address of this machine. */
export const isWildcard = (host: string): boolean =>
  ipaddr.isValid(host) && ipaddr.process(host).range() === 'unspecified'

/** As it stands in a URL. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** Where this machine reaches what listens there, on every address or on one. */
export function reachedAt({ host, port }: Listen): string {
  const reachable = !isWildcard(host) ? host : host.includes(':') ? '::1' : '127.0.0.1'
  return `http://${inUrl(reachable)}:${port}`
}

/**
 * Whom limits are counted for. One person holds a whole IPv6 /64, so that is one address; IPv4 within IPv6 is IPv4.
 */
export function clientOf(request: IncomingMessage): string {
  const remote = request.socket.remoteAddress ?? ''
  if (!ipaddr.isValid(remote)) return remote
  const address = ipaddr.process(remote)
  return address instanceof ipaddr.IPv6 ? `${address.parts.slice(0, 4).join(':')}/64` : address.toString()
}

/** The address of ours a request came to. */
export function arrivedAt(request: IncomingMessage): string | null {
  const local = request.socket.localAddress ?? ''
  return ipaddr.isValid(local) ? ipaddr.process(local).toString() : null
}
