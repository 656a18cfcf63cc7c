import { WebSocket } from 'ws'
import type { Frame } from './contract-shapes.ts'
import { until } from './run-app.ts'

export type LiveSocket = ReturnType<typeof connectLive>

/** A client that only speaks the contract: it keeps every frame and how it was closed. */
export function connectLive(
  url: string,
  options: { token?: string; header?: string; origin?: string; protocols?: readonly string[] } = {},
) {
  const bearer = options.token === undefined ? [] : [`bearer.${Buffer.from(options.token).toString('base64url')}`]
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/live`,
    [...(options.protocols ?? ['rollcall.v1', ...bearer])],
    {
      headers: {
        ...(options.header !== undefined && { authorization: `Bearer ${options.header}` }),
        ...(options.origin !== undefined && { origin: options.origin }),
      },
    },
  )
  const frames: Frame[] = []
  let closed: { code: number; reason: string } | null = null
  let refusal: string | null = null
  socket.on(
    'message',
    (data: Buffer, isBinary) =>
      void frames.push(isBinary ? { type: 'binary' } : (JSON.parse(data.toString()) as Frame)),
  )
  socket.on('error', (fault) => (refusal = fault.message))
  socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }))

  const of = (type: string): readonly Frame[] => frames.filter((one) => one.type === type)
  return {
    socket,
    frames,
    of,
    protocol: () => socket.protocol,
    say: (frame: unknown) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    first: (type: string): Promise<Frame> =>
      until(
        () => of(type)[0],
        (found) => found !== undefined,
        `a ${type} frame comes`,
      ).then((found) => found!),
    isClosed: (): Promise<{ code: number; reason: string }> =>
      until(
        () => closed,
        (found) => found !== null,
        'the socket is closed',
      ).then((found) => found!),
    isRefused: (): Promise<string> =>
      until(
        () => refusal,
        (found) => found !== null,
        'the socket is refused',
      ).then((found) => found!),
    close: () => socket.terminate(),
  }
}
