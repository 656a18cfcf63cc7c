import type { Context } from 'hono'
import type { DoorEnv } from './env.ts'
import { problem } from './problem.ts'
import type { Doors, RouteParts } from './route.ts'

/** The figures in a text format, and that format. */
export type Metrics = { text(): Promise<string>; readonly contentType: string }

/** Whether the process lives; asks nobody, so it is open and comes before every guard. */
export const livez = (c: Context<DoorEnv>): Response => c.json({ alive: true })

/** For whoever watches the watcher. */
export function healthRoutes(doors: Doors, { desk, metrics }: RouteParts & { readonly metrics: Metrics }): void {
  doors.get('/readyz', (c) => {
    const { ok, detail } = desk.ready()
    return ok ? c.json({ ready: true, detail }) : problem(503, `Not ready: ${detail}.`, { 'retry-after': '5' })
  })
  doors.get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }))
}
