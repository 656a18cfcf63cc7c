import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  BOUNDARIES,
  createReceiver,
  SECRET,
  STORM_BOUNDARIES,
  type Boundary,
  type Order,
} from '../support/kill-story.ts'
import { loadedApp } from '../support/loaded-app.ts'
import { tempFolder, until } from '../support/run-app.ts'
import { startPager, startRoom } from '../support/storm-targets.ts'
import { createXWorld } from '../support/x-world.ts'

/** Each has a storm of its own: it costs some seconds. */
const KILLS = Math.max(4, Math.round(Number(process.env['KILLS'] ?? 20) * 0.4))
const SPEED = 20
const HANDLES = Array.from({ length: 12 }, (_, index) => `person${index}`)
/** Still gone when the storm settles. */
const LASTING = HANDLES.slice(0, 2)
const ENV = { BEARER: 'a-bearer-token-for-tests', HOOK_SECRET: SECRET, PAGER_KEY: 'R0', ROOM_TOKEN: 'a-token' }

/** In the course of a storm, and while it is told. */
const PLACES: readonly Boundary[] = [...STORM_BOUNDARIES, ...BOUNDARIES.filter((place) => !place.endsWith('record'))]

async function createStory() {
  const world = await createXWorld([...HANDLES, 'known'])
  const [hook, pager, room] = await Promise.all([createReceiver(), startPager(), startRoom()])
  const folder = tempFolder()
  const file = join(folder.path, 'rollcall.yaml')
  writeFileSync(
    file,
    `listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults:
  schedule: "* * * * * *"
  confirm: { sightings: 2, looks: 2, every: 50ms, clears: 1 }
  storm: { accounts: 5, share: 30%, within: 40s }
platforms:
  x: { bearer: { env: BEARER }, api: "${world.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [${HANDLES.map((handle) => `"x:${handle}"`).join(', ')}]
subscribers:
  - { name: hook, webhook: { url: "${hook.url}", secret: { env: HOOK_SECRET } } }
  - { name: pager, pagerduty: { key: { env: PAGER_KEY }, api: "${pager.url}" } }
  - { name: room, matrix: { homeserver: "${room.url}", room: "!room:test", token: { env: ROOM_TOKEN } } }
`,
  )
  onTestFinished(async () => {
    for (const { stop } of [hook, pager, room]) stop()
    await world.stop()
    folder.remove()
  })
  const set = (handles: readonly string[], state: 'active' | 'suspended'): void => {
    for (const handle of handles) world.set(handle, state)
  }
  return { file, got: hook.got, openAlerts: () => [...pager.open].toSorted(), events: room.events, set }
}

/** The app, begun again whenever it has ended itself. */
async function createUndying(file: string) {
  const begunAt = Date.now()
  let next = loadedApp(ENV)
  let url = ''
  let kills = 0
  let run = 0
  let boundary: Boundary | null = null
  let child: ChildProcess

  async function begin(): Promise<void> {
    const begun = (child = await next)
    next = loadedApp(ENV)
    begun.once('exit', () => {
      // By whoever ended the test, not by itself.
      if (begun.killed) return
      kills++
      boundary = null
      void begin()
    })
    child.on('message', (said: { readonly kind: string; readonly url?: string }) => (url = said.url ?? url))
    const startAt = begunAt + (Date.now() - begunAt) * SPEED
    const order: Order = { file, run: run++, boundary, speed: SPEED, nth: nthAt(boundary), startAt }
    child.send(order)
  }

  async function get<T>(path: string): Promise<T | undefined> {
    try {
      return (await (await fetch(url + path)).json()) as T
    } catch {
      // It is just dying, or being born.
      return undefined
    }
  }

  await begin()
  return {
    get,
    kills: () => kills,
    /** It ends itself the next time that it comes to this place. */
    async killAt(place: Boundary): Promise<void> {
      const before = kills
      boundary = place
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await begin()
      expect(kills).toBe(before)
    },
  }
}

/** A storm comes to most places once. */
const nthAt = (place: Boundary | null): number =>
  place?.endsWith('fall') === true ? 1 + Math.floor(Math.random() * 10) : 1

type Change = {
  readonly seq: number
  readonly name: string
  readonly account: string | null
  readonly at: string
  readonly since?: string
  readonly accounts?: readonly string[]
  readonly gone?: readonly string[]
  readonly again?: true
  readonly outage?: { readonly id: string }
}

test(
  `a storm is told once, begun and ended, over ${KILLS} kills in the middle of one`,
  { timeout: 60_000 + KILLS * 30_000 },
  async () => {
    const story = await createStory()
    const app = await createUndying(story.file)
    const gone = async (): Promise<readonly string[] | undefined> => {
      const all = await app.get<{ accounts: { handle: string; belief: string }[] }>('/api/v1/accounts')
      const isSeen = all?.accounts.every(({ belief }) => belief === 'up' || belief === 'down') === true
      return isSeen
        ? all.accounts.flatMap(({ handle, belief }) => (belief === 'down' ? [handle] : [])).toSorted()
        : undefined
    }
    const areGone = (handles: readonly string[], what: string) =>
      until(gone, (down) => down?.join() === [...handles].toSorted().join(), what, 60_000)
    const owesNothing = () =>
      until(
        () => app.get<{ subscribers: { owed: number }[] }>('/api/v1/subscribers'),
        (seen) => seen?.subscribers.every(({ owed }) => owed === 0) === true,
        'nothing is owed',
        60_000,
      )
    const openOutages = async () =>
      (await app.get<{ outages: { id: string }[] }>('/api/v1/outages?state=open'))?.outages
        .map(({ id }) => id)
        .toSorted()
    const told = (type: string) => new Set(story.got.filter((one) => one.type === type).map(({ id }) => id)).size
    const isTold = (type: string, times: number) =>
      until(
        () => told(type),
        (count) => count >= times,
        `${type} is told`,
        60_000,
      )

    for (let kill = 0; kill < KILLS; kill++) {
      await areGone([], 'all are up')
      await owesNothing()
      const [troubled, settled] = [told('platform.troubled'), told('platform.settled')]
      await app.killAt(PLACES[kill % PLACES.length] ?? 'before outbreak')
      await areGone([], 'all are up')
      story.set(HANDLES, 'suspended')
      await areGone(HANDLES, 'all have fallen')
      await isTold('platform.troubled', troubled + 1)
      story.set(
        HANDLES.filter((handle) => !LASTING.includes(handle)),
        'active',
      )
      await isTold('platform.settled', settled + 1)
      await areGone(LASTING, 'most are back')
      await owesNothing()
      // What is still gone has an alert of its own, and nothing else has.
      const open = await until(openOutages, (ids) => ids?.length === LASTING.length, 'some are gone')
      await until(story.openAlerts, (alerts) => alerts.join() === open?.join(), 'who is still gone has an alert')
      expect(app.kills()).toBe(kill + 1)
      story.set(LASTING, 'active')
    }
    await areGone([], 'all are up')
    await owesNothing()
    const all: Change[] = []
    for (let page: Change[] | undefined; page?.length !== 0; all.push(...(page ?? []))) {
      page = (await app.get<{ transitions: Change[] }>(`/api/v1/transitions?after=${all.at(-1)?.seq ?? 0}&limit=500`))
        ?.transitions
    }
    const again = story.got.length - new Set(story.got.map(({ id }) => id)).size
    process.stdout.write(
      `${KILLS} kills in storms, ${all.length} transitions, ${story.got.length} notices to the hook, ${again} again\n`,
    )
    expectStorms(all, story.got)
    expect(story.openAlerts()).toEqual([])
    expectOneMessageEach(all, story.events())
  },
)

type Got = Awaited<ReturnType<typeof createStory>>['got']

/** Nothing lost, nothing twice: what a storm tells is not told by itself, and the other way round. */
function expectStorms(all: readonly Change[], got: Got): void {
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  const ids = Map.groupBy(
    got.flatMap(({ id, data: { seq, merged } }) => [{ id, seq }, ...merged]),
    ({ seq }) => seq,
  )
  for (const [seq, told] of ids) expect(new Set(told.map(({ id }) => id)).size, `${seq} under one id`).toBe(1)
  const storms = stormsIn(all)
  for (const changes of storms) {
    const [begun, ...others] = changes
    const end = others.at(-1)
    expect(changes.map(({ name }) => name)).toEqual([
      ...changes.slice(1).map(() => 'platform.troubled'),
      'platform.settled',
    ])
    for (const { seq } of changes) expect(ids.has(seq)).toBe(true)
    // Where a busy machine lets accounts fall in two waves, some fall by themselves between them.
    if (begun !== undefined && end !== undefined && others.length === 1) expectFolded(all, ids, begun, end)
  }
  const settled = all.filter(({ name }) => name === 'platform.settled')
  const isOfStorm = ({ at, account }: Change): boolean =>
    settled.some((end) => at <= end.at && (end.since ?? '') <= at && end.accounts?.includes(account ?? '') === true)
  for (const change of all)
    if (change.outage !== undefined && !isOfStorm(change)) expect(ids.has(change.seq)).toBe(true)
}

/** Each with its outbreaks and its end; a list that was told again is neither. */
function stormsIn(all: readonly Change[]): readonly (readonly Change[])[] {
  const own = all.filter(({ name, again }) => name.startsWith('platform.') && again !== true)
  return [...Map.groupBy(own, ({ since }) => since).values()]
}

/** Who fell before the outbreak may have been told of, where a kill came in between; then so is the end of that. */
function expectFolded(all: readonly Change[], ids: ReadonlyMap<number, unknown>, begun: Change, end: Change): void {
  const within = all.filter(({ at, outage }) => at <= end.at && (begun.since ?? '') <= at && outage !== undefined)
  const told = new Set(
    within.filter(({ name, seq }) => name === 'outage.opened' && ids.has(seq)).map(({ outage }) => outage?.id),
  )
  for (const { seq, name, at, account, outage } of within) {
    if (!end.accounts?.includes(account ?? '')) continue
    if (name !== 'outage.opened') expect(ids.has(seq), `${seq} ${name} ${account}`).toBe(told.has(outage?.id))
    else if (at > begun.at) expect(ids.has(seq), `${seq} ${name} ${account}`).toBe(false)
  }
}

/** The room has one message for each storm, which says in the end what its end says. */
function expectOneMessageEach(
  all: readonly Change[],
  events: ReturnType<Awaited<ReturnType<typeof startRoom>>['events']>,
) {
  const storms = stormsIn(all)
  const own = events.filter(
    ({ body, edits, below }) => body.includes('is troubled') && edits === null && below === null,
  )
  expect(own).toHaveLength(storms.length)
  for (const [index, { id }] of own.entries()) {
    const last = events.filter(({ edits }) => edits === id).at(-1)
    expect(last?.body).toContain('has settled')
    // Another wave of it, and its end.
    const news = (storms[index]?.length ?? 0) - 1
    expect(events.filter(({ below }) => below === id).map(({ body }) => body)).toHaveLength(news)
  }
}
