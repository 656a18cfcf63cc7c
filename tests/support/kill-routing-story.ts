import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startReceiver, type Received } from './receiver.ts'
import { tempFolder } from './run-app.ts'
import { createXWorld } from './x-world.ts'

export const HANDLES = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']
/** Those whom somebody takes on as soon as they are gone. */
export const TAKEN_ON = ['x:ada', 'x:bob']
/** The one somebody works on now and then. */
export const WORKED_ON = 'x:eve'

export const AFTER = 40_000
export const REMIND = 30_000
const SPEED = 60
const MINUTE = 60_000

/** A notice as it came; `at` is the time of the roll by which it had come. */
export type Heard = { readonly subscriber: string; readonly at: number; readonly received: Received }

const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 16)

/**
 * A world in which accounts come and go, and subscribers with every manner there is: one who is called when nobody has
 * acknowledged in time, one who is reminded, one with quiet hours, one with a digest, one who fails with somebody who
 * stands in, and one without any.
 *
 * @param holdMinutes when the quiet hours and, a little later, the day of the digest end
 */
export async function createRoutingStory(holdMinutes: number) {
  const begunAt = Date.now()
  const world = await createXWorld([...HANDLES, 'known'])
  const receiver = await startReceiver()
  const folder = tempFolder()
  const heard: Heard[] = []
  /** Never behind the clock of the process, which begins to run a moment later. */
  const now = (): number => begunAt + (Date.now() - begunAt) * SPEED
  const digestAt = Math.ceil((begunAt + (holdMinutes + 3) * MINUTE) / MINUTE) * MINUTE
  const hook = (name: string, manners = ''): string =>
    `  - { name: ${name}, webhook: { url: "${receiver.origin}/${name}", secret: { env: HOOK_SECRET } }${manners} }`
  const file = join(folder.path, 'rollcall.yaml')
  writeFileSync(
    file,
    `listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
store: sqlite:./rollcall.db
defaults: { schedule: "*/5 * * * * *", confirm: { sightings: 2, looks: 2, every: 50ms, clears: 1 }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${world.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [${HANDLES.map((handle) => `"x:${handle}"`).join(', ')}]
subscribers:
${[
  hook('plain'),
  hook('called', `, after: ${AFTER / 1000}s`),
  hook('reminded', `, remind: ${REMIND / 1000}s`),
  hook(
    'asleep',
    `, quiet: { from: "${timeOfDay(begunAt - MINUTE)}", to: "${timeOfDay(begunAt + holdMinutes * MINUTE)}", zone: UTC }`,
  ),
  hook('reader', `, tell: { types: [outage.*] }, digest: { at: "${timeOfDay(digestAt)}", zone: UTC }`),
  hook('broken', ', tell: { types: [outage.*] }, fallback: deputy'),
  hook('deputy', ', tell: { types: [outage.retracted] }'),
].join('\n')}
`,
  )
  let isBroken = true
  receiver.answerAll((received) => {
    const subscriber = received.path.slice(1)
    if (subscriber === 'broken' && isBroken) return { status: 500 }
    heard.push({ subscriber, at: now(), received })
    return { status: 204 }
  })
  const comings = setInterval(() => {
    const handle = HANDLES[Math.floor(Math.random() * HANDLES.length)] ?? 'ada'
    world.set(handle, (['active', 'active', 'gone', 'suspended'] as const)[Math.floor(Math.random() * 4)] ?? 'active')
  }, 120)
  onTestFinished(async () => {
    clearInterval(comings)
    await receiver.stop()
    await world.stop()
    folder.remove()
  })
  return {
    ...{ file, heard, now, world, digestAt },
    database: join(folder.path, 'rollcall.db'),
    secret: receiver.secret,
    speed: SPEED,
    calm() {
      clearInterval(comings)
      for (const handle of HANDLES) world.set(handle, 'active')
    },
    heal: () => void (isBroken = false),
  }
}

export type RoutingStory = Awaited<ReturnType<typeof createRoutingStory>>

/** One transition as a notice told it. */
export type Said = {
  readonly seq: number
  readonly type: string
  readonly account: string | null
  readonly outage: string | null
}

type Body = { readonly seq: number; readonly account: string | null; readonly outage?: { readonly id: string } }

/** All that a notice told: itself or the list of a summary, and what was merged into it. */
export function saidBy({ received: { body } }: Heard): readonly Said[] {
  const data = body.data ?? {}
  const list = (data['transitions'] ?? [{ ...data, type: body.type }]) as (Body & { type: string })[]
  const merged = body.type === 'summary' ? [] : (data['merged'] as { seq: number; type: string }[])
  const [first] = list
  const own = list.map(({ seq, type, account, outage }) => ({ seq, type, account, outage: outage?.id ?? null }))
  const before = merged.map(({ seq, type }) => ({
    ...{ seq, type },
    account: first?.account ?? null,
    outage: first?.outage?.id ?? null,
  }))
  return [...before, ...own]
}

export type Reminder = { readonly number: number; readonly at: string }
export const reminderOf = ({ received }: Heard): Reminder | null =>
  (received.body.data?.['reminder'] ?? null) as Reminder | null

/** The process that sent it. */
export const runOf = ({ received }: Heard): number =>
  Number(/run(\d+)@/.exec(received.headers['user-agent'] ?? '')?.[1])
