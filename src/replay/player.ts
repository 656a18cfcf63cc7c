import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import type { Desk } from '../core/desk.ts'
import { spanWords } from '../core/words.ts'
import { judge, judgementLines, isClean, type Judgement } from './judgement.ts'
import { reportsOf } from './reports.ts'
import type { Scenario } from './scenario.ts'
import { stage, type StartedApp, type Tally } from './stage.ts'
import { createTale, type Out, type Tale } from './tale.ts'
import { standLine, transitionLine, troubleLine, turnLine } from './told.ts'

/** What a replay needs. */
export type ReplayParts = {
  readonly scenario: Scenario
  /** How many times as fast as life. */
  readonly speed: number
  /** Where the app shall listen; 0 for any free port. */
  readonly port: number
  readonly out: Out
  /** Ends the replay early and cleanly. */
  readonly signal: AbortSignal
  readonly createClock: (pace: { readonly startAt: number; readonly speed: number }) => Clock
  readonly startApp: (configFile: string, clock: Clock) => Promise<StartedApp>
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** How a replay went. */
export type Replay = Judgement & {
  /** Everything that happened was told, nothing else was, and every bound held. */
  readonly clean: boolean
  /** Different notices that reached the webhook with a right signature. */
  readonly notices: number
  /** Notices among them that came again. */
  readonly copies: number
  /** What the webhook turned away. */
  readonly refused: number
  /** Transitions that came over the live socket. */
  readonly frames: number
}

/**
 * Plays a scenario to the whole, unmodified app: a stand-in platform to look at, a webhook and a live socket to tell,
 * and a clock that runs faster. Says what happens as it happens, and at the end what was told beside what was true.
 * Leaves nothing behind, whether it ends by itself, by the signal or by a fault.
 */
export async function play(parts: ReplayParts): Promise<Replay> {
  await using ending = new AsyncDisposableStack()
  const { scenario } = parts
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-replay-'))
  ending.defer(() => rm(folder, { recursive: true, force: true }))
  const clock = parts.createClock({ startAt: scenario.start, speed: parts.speed })
  const tale = createTale(parts.out, clock, parts.env ?? process.env)
  const tally: Tally = { notices: 0, copies: 0, refused: 0, frames: 0 }
  introduce(parts, tale)
  const app = await stage({ ...parts, clock, tale, tally, folder }, ending)
  tale.block(`Dashboard: ${app.url}/\n`)
  for (const cancel of narrate(parts, clock, tale, app.desk)) ending.defer(cancel)
  await over(clock, scenario.end, parts.signal)
  tale.end()
  return await conclude(scenario, app.desk, tale, tally)
}

function introduce({ scenario, speed }: ReplayParts, tale: Tale): void {
  const length = spanWords((scenario.end - scenario.start) / speed)
  tale.block(scenario.title, 'good')
  tale.block(`From ${scenario.facts}.\nInvented: ${scenario.invented}.`, 'quiet')
  tale.block(`${speed} times as fast as life: ${length}. Times are the scenario’s, in UTC. Ctrl+C ends it.\n`)
}

/** Says what happens in the world and what Rollcall makes of it; answers with the ways to stop. */
function narrate({ scenario, speed }: ReplayParts, clock: Clock, tale: Tale, desk: Desk): readonly (() => void)[] {
  const at = (moment: number, text: string): (() => void) =>
    clock.after(Math.max(0, moment - clock.now()), () => tale.say('world', text, 'plain', moment))
  let stopProgress = (): void => undefined
  const progress = (): void => {
    stopProgress = clock.after(1000 * speed, () => {
      tale.progress(standLine(desk))
      progress()
    })
  }
  progress()
  return [
    ...scenario.timeline.map((turn) => at(turn.at, turnLine(turn))),
    ...scenario.spells.map((trouble) => at(trouble.from, troubleLine(trouble))),
    ...scenario.spells.map((trouble) => at(trouble.to, 'the platform answers again')),
    () => stopProgress(),
    desk.feed.listen({
      transitions(transitions) {
        for (const transition of transitions) tale.say('rollcall', ...transitionLine(transition), transition.at)
      },
    }),
  ]
}

/** Settles at the end of the scenario, or when somebody has had enough. */
function over(clock: Clock, end: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(Math.max(0, end - clock.now()), done)
    function done(): void {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    if (signal.aborted) done()
    else signal.addEventListener('abort', done)
  })
}

async function conclude(scenario: Scenario, desk: Desk, tale: Tale, tally: Tally): Promise<Replay> {
  const now = desk.now()
  const { items } = await desk.store.outages({ limit: 100 })
  const outages = items.toSorted((one, other) => one.firstAbsentAt - other.firstAbsentAt)
  for (const report of await reportsOf(outages, desk)) tale.block(`\n${report}`)
  const judgement = judge(scenario, outages, now)
  const clean = isClean(judgement)
  const { notices, copies, refused, frames } = tally
  const heard = `${notices} notices by webhook (${copies} twice, ${refused} turned away), ${frames} transitions by socket.`
  tale.block(`\n${judgementLines(judgement, now).join('\n')}\n${heard}`, clean ? 'good' : 'bad')
  return { ...judgement, ...tally, clean }
}
