import { once } from 'node:events'
import type { ServerType } from '@hono/node-server'

/** A server under way. `stop` also ends connections that are kept alive, and settles when the port is free. */
export type Running = { readonly url: string; stop(): Promise<void> }

/** Opens a server on loopback, on a port the system picks. */
export async function listen(server: ServerType): Promise<Running> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
