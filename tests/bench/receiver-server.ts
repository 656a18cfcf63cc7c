/** A receiver of notices in a process of its own; as little HTTP as it takes, so that the time goes to whoever sends. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tellParent } from './parent.ts'

const END = '\r\n\r\n'
const ACCEPTED = `HTTP/1.1 204 No Content\r\ndate: ${new Date().toUTCString()}\r\nconnection: keep-alive${END}`

/** Answers each request once its whole body has come. */
function serve(socket: Socket): void {
  let rest = ''
  socket.setNoDelay(true).setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    rest += String(chunk)
    for (let end = rest.indexOf(END); end !== -1; end = rest.indexOf(END)) {
      const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, end))?.[1] ?? 0)
      if (rest.length < end + END.length + length) return
      rest = rest.slice(end + END.length + length)
      socket.write(ACCEPTED)
    }
  })
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  tellParent({ kind: 'listening', origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
