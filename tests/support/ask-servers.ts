import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { askCertificate } from './ask-certificate.ts'

/** A server on a port of its own. `host` is `127.0.0.1:port`. */
export type Served = { readonly port: number; readonly host: string; readonly close: () => Promise<void> }

async function served(server: Server, sockets = new Set<Socket>()): Promise<Served> {
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export const serveHttp = (listener: RequestListener): Promise<Served> => served(createHttpServer(listener))

/** Its certificate is signed by nobody. */
export const serveHttps = (listener: RequestListener): Promise<Served> =>
  served(createHttpsServer(askCertificate(), listener))

/** Answers every request with these bytes and leaves the rest to `then`. */
export const serveBytes = (bytes: string, then: (socket: Socket) => void): Promise<Served> =>
  served(createTcpServer((socket) => void socket.once('data', () => socket.write(bytes, () => then(socket)))))

/** A port on which nobody listens any more. */
export async function closedPort(): Promise<number> {
  const { port, close } = await serveHttp(() => undefined)
  await close()
  return port
}
