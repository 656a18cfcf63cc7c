import { startChild, type Child } from './child.ts'
import type { Line, Row, Say } from './row.ts'

const ACCOUNTS = 100_000
/** These are due twice a minute, the others once: 2,000 looks a second. */
const TWICE = 20_000
const WATCHED_FOR = 60_000

type Buckets = readonly (readonly [bound: number, count: number])[]
type Lateness = { readonly at: number; readonly buckets: Buckets }

/** Design, section 7: a hundred thousand accounts on the roll. */
export const roll: Row = {
  name: 'roll',
  async run(say) {
    const server = startChild('platform-server.ts')
    const { origin } = await server.hear<{ origin: string }>('listening')
    const one = await appWith(origin, 1, 0, say)
    const empty = await memoryOf(one)
    await stopped(one)
    const many = await appWith(origin, ACCOUNTS, TWICE, say)
    // Most of them have their turns once a minute: before a whole minute begins the roll is not yet under way.
    await pause(60_000 - (Date.now() % 60_000))
    const early = await figureOf<Lateness>(many, 'lateness')
    say(`watching the roll for ${WATCHED_FOR / 1000} s`)
    await pause(WATCHED_FOR)
    const late = await figureOf<Lateness>(many, 'lateness')
    const full = await memoryOf(many)
    await stopped(many)
    await server.stop()
    return [memoryLine(full, empty), latenessLine(early, late)]
  },
}

/** An app all of whose accounts have been seen. */
async function appWith(origin: string, accounts: number, twice: number, say: Say): Promise<Child> {
  say(`reading a configuration of ${accounts} accounts`)
  const app = startChild('roll-app.ts', [origin, String(accounts), String(twice)], ['--expose-gc'])
  await app.hear('started')
  say('looking at each of them for the first time')
  for (;;) {
    const { all } = await figureOf<{ all: boolean }>(app, 'seen')
    if (all) return app
    await pause(500)
  }
}

async function stopped(app: Child): Promise<void> {
  app.tell({ kind: 'stop' })
  await app.hear('stopped')
  await app.stop()
}

function figureOf<T>(app: Child, kind: string): Promise<T> {
  app.tell({ kind: `${kind}?` })
  return app.hear<T>(kind)
}

const memoryOf = async (app: Child): Promise<number> => (await figureOf<{ bytes: number }>(app, 'memory')).bytes

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const memoryLine = (full: number, empty: number): Line => ({
  what: '100,000 accounts on the roll: memory',
  subject: { value: full / 1e6, unit: 'MB' },
  reference: { name: 'with one account', value: empty / 1e6, unit: 'MB' },
  figure: { value: (full - empty) / ACCOUNTS / 1000, unit: 'kB each' },
  mark: { is: 'at most', value: 1.2 },
  note: 'heapUsed + external after a full collection, every account up with its identity; kB = 1000 bytes',
})

function latenessLine(early: Lateness, late: Lateness): Line {
  const before = new Map(early.buckets)
  const buckets: Buckets = late.buckets.map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)])
  const looks = buckets.at(-1)?.[1] ?? 0
  const perSecond = looks / ((late.at - early.at) / 1000)
  return {
    what: `due-time lateness p99 at ${Math.round(perSecond).toLocaleString('en')} looks/s`,
    subject: { value: quantile(buckets, 0.99) * 1000, unit: 'ms' },
    reference: { name: 'p50', value: quantile(buckets, 0.5) * 1000, unit: 'ms' },
    figure: { value: quantile(buckets, 0.99) * 1000, unit: 'ms' },
    mark: { is: 'under', value: 250 },
    note: `${looks} looks by rollcall_look_lateness_seconds, straight lines within its buckets`,
  }
}

/** As Prometheus reckons it: the looks of a bucket are spread evenly over it. */
function quantile(buckets: Buckets, share: number): number {
  const wanted = share * (buckets.at(-1)?.[1] ?? 0)
  let below: readonly [number, number] = [0, 0]
  for (const bucket of buckets) {
    const [bound, count] = bucket
    if (count >= wanted) return below[0] + ((bound - below[0]) * (wanted - below[1])) / Math.max(count - below[1], 1)
    below = bucket
  }
  return Infinity
}
