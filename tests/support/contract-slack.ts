import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>

/** An incoming webhook of Slack that takes everything and says `ok`. */
export async function startFakeSlack() {
  const messages: { readonly text: string; readonly blocks: readonly unknown[] }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      messages.push(JSON.parse(body) as (typeof messages)[number])
      response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
