import { inUrl, isLoopback, isWildcard, type Listen } from './address.ts'

/** Where requests may come from. Everything is compared exactly; nothing is guessed from prefixes. */
export type Policy = {
  /** Origins of pages that are not ours and may still use us. */
  readonly guests: ReadonlySet<string>
  /**
   * Whether a page of this origin may change something or open a socket.
   * @param arrived the address of ours the request came to
   */
  allowsOrigin(origin: string, arrived: string | null): boolean
  /** Whether this Host header is one that leads to this machine only, or the published one. */
  allowsHost(host: string | undefined): boolean
}

/**
 * @param port the one listened on, known once the listener stands
 */
export function createPolicy(parts: {
  readonly listen: Listen
  readonly port: () => number
  readonly publicUrl: string | null
  readonly origins: readonly string[]
}): Policy {
  const { listen, publicUrl } = parts
  const published = publicUrl === null ? null : URL.parse(publicUrl)
  const guests = new Set(parts.origins.flatMap((origin) => URL.parse(origin)?.origin ?? []))

  /** Ours are the names that lead here by themselves; any other name could be made to by whoever owns it. */
  function isOwn(origin: string, arrived: string | null): boolean {
    const local = isLoopback(listen.host) || isWildcard(listen.host)
    const names = [
      listen.host,
      ...(local ? ['localhost', '127.0.0.1', '::1'] : []),
      ...(arrived === null ? [] : [arrived]),
    ]
    return names.some((name) => {
      const host = `${inUrl(name)}:${parts.port()}`
      // A browser leaves the scheme's own port out; the URL parser does the same.
      return ['http', 'https'].some((scheme) => URL.parse(`${scheme}://${host}`)?.origin === origin)
    })
  }

  return {
    guests,
    allowsOrigin: (origin, arrived) => origin === published?.origin || guests.has(origin) || isOwn(origin, arrived),
    allowsHost(host) {
      if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return false
      if (published !== null && host.toLowerCase() === published.host) return true
      const name = URL.parse(`http://${host}`)
      return name !== null && isLoopback(name.hostname)
    },
  }
}
