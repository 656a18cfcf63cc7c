import { z } from 'zod'

const Address = z.email().max(254)

/** The bare address in `desk@example.org` or `Desk <desk@example.org>`, or null where there is none, or more than one. */
export function addressIn(mailbox: string): string | null {
  const [, named, bare] = /^(?:[^<>@,;:"\\\p{C}]*<([^<>]+)>|([^<>\s]+))$/u.exec(mailbox) ?? []
  return Address.safeParse(named ?? bare).data ?? null
}

/** What our message ids end in. */
export const domainOf = (mailbox: string): string => addressIn(mailbox)?.split('@').at(-1)?.toLowerCase() ?? 'localhost'
