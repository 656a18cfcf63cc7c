import type { Server } from 'node:http'
import { inUrl, type Listen } from './address.ts'

/** Why the system does not let us listen somewhere, in words. */
const AGAINST: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another program listens there'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['EACCES', 'this user may not listen there'],
  ['ENOTFOUND', 'the name leads to no address'],
])

/**
 * The server that `open` begins, once it listens.
 *
 * @throws {Error} with the address and the reason, when it cannot
 */
export function listening(open: () => Server, { host, port }: Listen): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = open()
    const refuse = (fault: NodeJS.ErrnoException): void => {
      const reason = AGAINST.get(fault.code ?? '')
      const why = reason === undefined ? fault.message : `${reason} (${fault.code ?? ''})`
      reject(new Error(`Cannot listen on ${inUrl(host)}:${port}: ${why}.`, { cause: fault }))
    }
    server.once('error', refuse)
    server.once('listening', () => {
      server.off('error', refuse)
      resolve(server)
    })
  })
}
