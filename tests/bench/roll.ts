import { startChild, type Child } from './child.ts'
import { median, short } from './pairs.ts'
import type { Line, Row, Say } from './row.ts'

const ACCOUNTS = 100_000
/** These are due twice a minute, the others once: 2,000 looks a second. */
const TWICE = 20_000
const WINDOW = 20_000
const WINDOWS = 5

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
    const lateness = await windowsOf(many, say)
    const full = await memoryOf(many)
    await stopped(many)
    await server.stop()
    return [memoryLine(full, empty), latenessLine(lateness)]
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

/** What was counted at the beginning of each window, and at the end of the last. */
async function windowsOf(app: Child, say: Say): Promise<readonly Lateness[]> {
  const counts = [await figureOf<Lateness>(app, 'lateness')]
  for (let window = 1; window <= WINDOWS; window++) {
    say(`watching the roll, ${WINDOW / 1000} s, ${window} of ${WINDOWS}`)
    await pause(WINDOW)
    counts.push(await figureOf<Lateness>(app, 'lateness'))
  }
  return counts
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

/** The median of the windows: a moment in which the machine did something else is not the roll's. */
function latenessLine(counts: readonly Lateness[]): Line {
  const windows = counts.slice(1).map((late, index) => between(counts[index] ?? late, late))
  const p = (share: number): number => median(windows.map(({ buckets }) => quantile(buckets, share) * 1000))
  const worst = Math.max(...windows.map(({ buckets }) => quantile(buckets, 0.99) * 1000))
  return {
    what: `due-time lateness p99 at ${short(median(windows.map(({ perSecond }) => perSecond)))} looks/s`,
    subject: { value: p(0.99), unit: 'ms' },
    reference: { name: 'p50', value: p(0.5), unit: 'ms' },
    figure: { value: p(0.99), unit: 'ms' },
    mark: { is: 'under', value: 250 },
    note: `rollcall_look_lateness_seconds, the median of ${WINDOWS} windows of ${WINDOW / 1000} s; worst ${short(worst)} ms`,
  }
}

function between(early: Lateness, late: Lateness): { readonly buckets: Buckets; readonly perSecond: number } {
  const before = new Map(early.buckets)
  const buckets: Buckets = late.buckets.map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)])
  return { buckets, perSecond: (buckets.at(-1)?.[1] ?? 0) / ((late.at - early.at) / 1000) }
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
