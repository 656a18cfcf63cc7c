/**
 * The readers of the sockets row: opens as many sockets as it is told to either server and says when all of them have
 * the next message.
 */
import { WebSocket } from 'ws'
import { onParent, tellParent } from './parent.ts'

type Order = { readonly kind: string; readonly url?: unknown; readonly side?: unknown; readonly count?: unknown }

const AT_ONCE = 100

/** Both kinds of server get the same client; only ours is told to follow. */
async function open(url: string, side: string): Promise<WebSocket> {
  const socket = new WebSocket(url, side === 'ours' ? ['rollcall.v1'] : [], { perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      if (side === 'ours') socket.send('{"type":"watch","id":1}')
      else resolve()
    })
    socket.on('message', function following(data: Buffer) {
      if (!data.includes('"type":"snapshot"')) return
      socket.off('message', following)
      resolve()
    })
  })
  return socket
}

async function openAll({ url, side, count }: Order): Promise<void> {
  const total = Number(count)
  let had = 0
  const take = (data: Buffer): void => {
    if (!data.includes('"type":"transition"')) return
    had++
    if (had < total) return
    had = 0
    tellParent({ kind: `${String(side)} all`, bytes: data.length })
  }
  for (let opened = 0; opened < total; opened += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, total - opened) }, () => open(String(url), String(side)))
    for (const socket of await Promise.all(batch)) socket.on('message', take)
  }
  tellParent({ kind: `${String(side)} open` })
}

onParent((order) => {
  if (order.kind === 'open') void openAll(order)
})
tellParent({ kind: 'ready' })
