import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'

const Frame = z.object({ type: z.string(), name: z.string().optional(), seq: z.number().optional() })
/** As much of a frame as a replay tells. */
export type Frame = z.infer<typeof Frame>

/** A client of the live socket under way. */
export type LiveSocket = { stop(): Promise<void> }

/**
 * Watches everything on `/live` as any dashboard would.
 *
 * @param onFrame each frame as it comes
 * @param onClosed when the server ends the connection by itself
 */
export async function openSocket(
  url: string,
  onFrame: (frame: Frame) => void,
  onClosed: (code: number) => void,
): Promise<LiveSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/live`, 'rollcall.v1')
  let stopping = false
  socket.on('message', (data: Buffer) => onFrame(Frame.parse(JSON.parse(data.toString('utf8')))))
  await once(socket, 'open')
  // From here on the close says all that a fault would.
  socket.on('error', () => undefined)
  const closed = once(socket, 'close').then(([code]) => {
    if (!stopping) onClosed(Number(code))
  })
  socket.send(JSON.stringify({ type: 'watch', id: 1, filter: {} }))
  return {
    async stop() {
      stopping = true
      socket.close(1000)
      await closed
    },
  }
}
