import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type Call = { readonly method: string; readonly path: string; readonly json: Readonly<Record<string, unknown>> }

/** A server that answers what `answer` makes of each call. */
async function startTarget(answer: (call: Call) => object) {
  const server = createServer((request, response) => {
    void jsonOf(request).then(
      (json) => {
        const said = answer({ method: request.method ?? '', path: request.url ?? '', json })
        response.setHeader('content-type', 'application/json').end(JSON.stringify(said))
      },
      // Whoever spoke was killed in the middle of it.
      () => response.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}

async function jsonOf(request: IncomingMessage): Promise<Call['json']> {
  const body = Buffer.concat((await request.toArray()) as Buffer[]).toString()
  return JSON.parse(body) as Call['json']
}

/** A pager in the words of PagerDuty's Events API: which alerts are open, by their keys. */
export async function startPager() {
  const open = new Set<string>()
  const target = await startTarget(({ json }) => {
    const key = String(json['dedup_key'])
    if (json['event_action'] === 'trigger') open.add(key)
    if (json['event_action'] === 'resolve') open.delete(key)
    return { status: 'success' }
  })
  return { ...target, open }
}

type Event = {
  readonly id: string
  readonly body: string
  readonly edits: string | null
  readonly below: string | null
}

/** A homeserver with one room: like a real one it makes one event of a transaction, however often it comes. */
export async function startRoom() {
  const events = new Map<string, Event>()
  const target = await startTarget(({ path, json }) => {
    const transaction = path.split('/').at(-1) ?? ''
    const relation = json['m.relates_to'] as { rel_type: string; event_id: string } | undefined
    const known = events.get(transaction) ?? {
      id: `$event${events.size}`,
      body: String(json['body']),
      edits: relation?.rel_type === 'm.replace' ? relation.event_id : null,
      below: relation?.rel_type === 'm.thread' ? relation.event_id : null,
    }
    events.set(transaction, known)
    return { event_id: known.id }
  })
  return { ...target, events: (): readonly Event[] => [...events.values()] }
}
