import { z } from '@hono/zod-openapi'
import { transitionJson } from '../../core/json.ts'
import { platformJson, subscriberJson } from '../../core/json-desk.ts'
import { limit, whole } from './query.ts'
import { jsonRoute, type Doors, type RouteParts } from './route.ts'
import { transition } from './shapes.ts'
import { platform, subscriber } from './shapes-desk.ts'

const transitions = jsonRoute({
  method: 'get',
  path: '/api/v1/transitions',
  summary: 'What has changed, in order; `next` goes into `after`',
  request: { query: z.strictObject({ after: whole(0, Number.MAX_SAFE_INTEGER).default(0), limit }) },
  answer: z
    .object({ epoch: z.string(), transitions: z.array(transition), next: z.string().nullable() })
    .openapi('Transitions'),
  faults: [400],
})

const nothing = z.strictObject({})

const platforms = jsonRoute({
  method: 'get',
  path: '/api/v1/platforms',
  summary: 'Budgets, controls and sight of each platform, and how long it may take to notice',
  request: { query: nothing },
  answer: z.object({ platforms: z.array(platform), next: z.null() }).openapi('Platforms'),
  faults: [400],
})

const subscribers = jsonRoute({
  method: 'get',
  path: '/api/v1/subscribers',
  summary: 'Health of each subscriber',
  request: { query: nothing },
  answer: z.object({ subscribers: z.array(subscriber), next: z.null() }).openapi('Subscribers'),
  faults: [400],
})

/** What has happened, and how platforms and subscribers fare. */
export function newsRoutes(doors: Doors, { desk }: RouteParts): void {
  const nameOf = (address: string): string => desk.account(address)?.account.name ?? address

  doors.openapi(transitions, async (c) => {
    const { after, limit } = c.req.valid('query')
    const found = await desk.store.transitionsAfter(after, limit + 1)
    const page = found.slice(0, limit)
    const last = found.length > limit ? page.at(-1) : undefined
    return c.json(
      {
        epoch: desk.feed.epoch,
        transitions: page.map((one) => transitionJson(one, nameOf, one.at)),
        next: last === undefined ? null : String(last.seq),
      },
      200,
    )
  })

  doors.openapi(platforms, (c) => {
    const blindness = desk.blindness()
    return c.json({ platforms: desk.platforms().map((view) => platformJson(view, blindness)), next: null }, 200)
  })

  doors.openapi(subscribers, async (c) =>
    c.json({ subscribers: (await desk.subscribers()).map(subscriberJson), next: null }, 200),
  )
}
