import { z } from '@hono/zod-openapi'
import { clientFrames, PROTOCOL, serverFrames } from '../live-frames.ts'

type Frames = Readonly<Record<string, z.ZodType>>

const messagesOf = (frames: Frames) =>
  Object.fromEntries(
    Object.entries(frames).map(([name, frame]) => [
      name,
      { name, contentType: 'application/json', payload: schemaOf(frame) },
    ]),
  )

function schemaOf(frame: z.ZodType): object {
  const schema: object = z.toJSONSchema(frame, { target: 'draft-7' })
  return schema
}

const refs = (frames: Frames) => Object.keys(frames).map((name) => ({ $ref: `#/channels/live/messages/${name}` }))

/** The socket's contract as an AsyncAPI 3.0 document, made from the frames it is typed with. */
export function asyncApi(info: object): object {
  return {
    asyncapi: '3.0.0',
    info,
    channels: {
      live: {
        address: '/live',
        title: 'The live socket',
        description: SPOKEN,
        messages: messagesOf({ ...serverFrames, ...clientFrames }),
        bindings: {
          ws: {
            method: 'GET',
            headers: {
              type: 'object',
              properties: {
                'Sec-WebSocket-Protocol': { type: 'string', examples: [`${PROTOCOL}, bearer.<base64url>`] },
              },
            },
          },
        },
      },
    },
    operations: {
      tell: { action: 'send', channel: { $ref: '#/channels/live' }, messages: refs(serverFrames) },
      watch: { action: 'receive', channel: { $ref: '#/channels/live' }, messages: refs(clientFrames) },
    },
  }
}

const SPOKEN = `Text frames of JSON, subprotocol ${PROTOCOL}. A token comes as Authorization: Bearer or as a second
offered subprotocol, bearer.<base64url of the token>. After hello the client says watch; the server answers with resumed
and what was missed, or with a snapshot, and from there with every transition the filter lets through, in order. Close
codes: 1001 stopping, 1008 policy, 1009 too big, 1012 restart, 1013 too slow, 4400 bad message, 4401 token, 4408 no
watch in time, 4429 too many.`
