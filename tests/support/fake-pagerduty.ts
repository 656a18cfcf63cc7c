import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const Keys = z.object({ routing_key: z.string().length(32), dedup_key: z.string().min(1).max(255) })
const Event = z.discriminatedUnion('event_action', [
  Keys.extend({
    event_action: z.literal('trigger'),
    payload: z.object({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
    }),
  }),
  Keys.extend({ event_action: z.enum(['acknowledge', 'resolve']) }),
])
const MOST_BYTES = 512 * 1024
const MOST_EVENTS = 120

/** An alert is known by integration and key; `summaries` are those of the triggers that it has taken in. */
export type PagerAlert = {
  readonly key: string
  readonly state: 'triggered' | 'acknowledged' | 'resolved'
  readonly summaries: readonly string[]
}

/**
 * PagerDuty's Events API v2 (developer.pagerduty.com/docs/events-api-v2): a trigger folds into the open alert of its
 * key, acknowledgements and resolutions without an open one are dropped, more than 120 events in a minute are refused.
 *
 * @param now epoch ms, for the minute
 */
export async function startPagerDuty(now: () => number) {
  const alerts: PagerAlert[] = []
  const takenAt: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const isRight = request.method === 'POST' && request.url === '/v2/enqueue'
      const status = isRight ? take(Buffer.concat(chunks)) : 404
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 202 ? ACCEPTED : '{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function take(body: Buffer): number {
    if (takenAt.filter((at) => at > now() - 60_000).length >= MOST_EVENTS) return 429
    takenAt.push(now())
    if (body.length > MOST_BYTES) return 413
    const { data: event } = Event.safeParse(JSON.parse(body.toString()))
    if (event === undefined) return 400
    const key = `${event.routing_key} ${event.dedup_key}`
    const at = alerts.findIndex((alert) => alert.key === key && alert.state !== 'resolved')
    const open = alerts[at]
    if (event.event_action === 'trigger') {
      const { summary } = event.payload
      if (open === undefined) alerts.push({ key, state: 'triggered', summaries: [summary] })
      else alerts[at] = { ...open, summaries: [...open.summaries, summary] }
    } else if (open !== undefined) {
      alerts[at] = { ...open, state: event.event_action === 'resolve' ? 'resolved' : 'acknowledged' }
    }
    return 202
  }

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    alerts: alerts as readonly PagerAlert[],
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const ACCEPTED = '{"status":"success","message":"Event processed"}'
