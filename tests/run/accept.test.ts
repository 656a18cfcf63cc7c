import { describe, expect, test } from 'vitest'
import type { Acceptance } from '../../src/core/accept.ts'
import type { Asked, Look } from '../../src/core/platform.ts'
import { calm } from '../../src/core/storm.ts'
import type { Transition } from '../../src/core/transition.ts'
import { absent, present, type Verdict } from '../../src/core/verdict.ts'
import { createAccept } from '../../src/run/accept.ts'
import { createControls } from '../../src/run/controls.ts'
import { createDrift } from '../../src/run/drift.ts'
import { createFeed } from '../../src/run/feed.ts'
import type { Draft, Ledger } from '../../src/run/ledger.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createQueue } from '../../src/run/queue.ts'
import { createRoster } from '../../src/run/roster.ts'
import type { PlatformRun } from '../../src/run/machines.ts'
import { createWatch, type Watch } from '../../src/run/watch.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeAccount, fakeLook, fakePlatform, okAnswer, silentLog, silentMeters } from '../support/platform.ts'

const OLD = 'old@one.example'
const NEW = 'new@one.example'
const AWAY = 'old@two.example'
const ann: Acceptance = { by: 'ann', note: '', id: null }
const homeOf = (handle: string): string => handle.split('@')[1] ?? ''

/** One account, asked by its name and by its id, on a platform of many servers where the test says who is who. */
function setUp(shape: { id?: string } = {}) {
  const clock = createManualClock(0)
  /** Ids by handle. */
  const people = new Map([[OLD, '7']])
  const trouble = { controls: false, hold: false }
  const held: (() => void)[] = []
  const asked: string[] = []
  const find = (handle: string | undefined, id: string | undefined): Verdict =>
    handle === undefined || id === undefined ? absent('not_found', 'deleted') : present({ id, handle })
  const byName = ({ handle, id }: Asked): Verdict => {
    if (handle.startsWith('known')) return trouble.controls ? absent('not_found') : present({ id: '1', handle })
    if (id !== null && !people.has(handle)) return absent('not_found', 'deleted', 'renamed')
    return find(handle, people.get(handle))
  }
  const byId = ({ handle, id }: Asked): Verdict =>
    id === null ? byName({ handle, id }) : find([...people].find(([, one]) => one === id)?.[0], id)
  const noted = (name: string, say: (asked: Asked) => Verdict) => (one: Asked) => {
    asked.push(`${name} ${one.handle} ${one.id ?? '-'}`)
    return say(one)
  }
  const looks: Look[] = [fakeLook('name', noted('name', byName)), fakeLook('id', noted('id', byId), { needsId: true })]
  const platform = fakePlatform(looks, {
    homeOf,
    controls: { known: ['known@one.example', 'known@two.example'], nobody: (home) => `nobody@${home}` },
  })
  const account = fakeAccount(OLD, shape)
  const roster = createRoster()
  roster.adopt([account], [platform], 0)
  const entry = roster.entry(account.account)!
  const drafts: Draft[] = []
  const disk = { refuses: false }
  const ledger: Ledger = {
    record: async (draft) => {
      await Promise.resolve()
      if (disk.refuses) throw new Error('disk full')
      drafts.push(draft)
      return [] as Transition[]
    },
    storm: () => calm,
    calm: () => Promise.resolve(),
    restore: () => Promise.resolve(),
  }
  const runs = new Map<string, PlatformRun>()
  const common = { clock, log: silentLog, meters: silentMeters, ledger, runOf: (id: string) => runs.get(id) }
  const watch: Watch = createWatch({
    ...common,
    feed: createFeed({ epoch: 'e', recent: [], lastSeq: 0, clock }),
    drift: createDrift(),
    isOnRoll: roster.isOn,
    pinned: roster.pinned,
    confirm: () => ({ sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1000 }),
    blindAfterMs: () => 60_000,
  })
  const queue = createQueue({
    platform,
    ask: async ({ url }) => {
      if (trouble.hold) await new Promise<void>((go) => held.push(go))
      return okAnswer(url)
    },
    looker: createLooker({ clock, log: silentLog }),
    clock,
    meters: silentMeters,
    seen: watch.seen,
    before: undefined,
  })
  const controls = createControls({ platform, clock, log: silentLog, meters: silentMeters, aside: queue.aside })
  runs.set('fake', { queue, controls })
  const accept = createAccept({ ...common, roster, watch, blindAfterMs: () => 60_000 })
  const look = async (name: string) => {
    queue.want(entry, { look: looks.find((one) => one.name === name)!, urgency: 'ordinary', dueAt: clock.now() })
    await clock.advance(0)
  }
  /** Is looked at by both looks until nothing more comes of it. */
  const settle = async () => {
    for (const name of ['name', 'id']) {
      await look(name)
      await clock.advance(4_000)
    }
  }
  const letGo = async () => {
    trouble.hold = false
    for (const go of held.splice(0)) go()
    await clock.advance(0)
  }
  const acceptNow = async (said = ann) => {
    const accepting = accept(account.account, said)
    await clock.advance(0)
    return accepting
  }
  const told = () => drafts.flatMap(({ changes }) => changes.map(({ name }) => name))
  return { clock, people, trouble, asked, entry, account, platform, roster, drafts, disk, told, look, settle, letGo, acceptNow } // prettier-ignore
}

const renamed = async (to = NEW, shape = {}) => {
  const one = setUp(shape)
  await one.settle()
  one.people.delete(OLD)
  one.people.set(to, '7')
  await one.settle()
  expect(one.entry.belief).toMatchObject({ kind: 'down', outage: { because: ['renamed'] } })
  return one
}
const takenOver = async (shape = {}) => {
  const one = setUp(shape)
  await one.settle()
  one.people.set(OLD, '8')
  await one.settle()
  expect(one.entry.belief).toMatchObject({ kind: 'down', outage: { because: ['taken_over'], now: { id: '8' } } })
  return one
}

describe('a stranger on the handle, accepted', () => {
  test('is pinned in the one write that closes the outage, with the evidence that was still pending', async () => {
    const { clock, drafts, entry, look, acceptNow } = await takenOver()
    await look('name')
    const pending = entry.pending.length
    expect(await acceptNow()).toEqual({ ok: true, value: { id: '8', handle: OLD } })
    const draft = drafts.at(-1)
    expect(draft?.kept).toMatchObject({
      belief: { kind: 'up', identity: { id: '8' }, presentAt: { name: clock.now() } },
      sightings: [{ look: 'name', askedAt: clock.now(), verdict: { kind: 'present', identity: { id: '8' } } }],
    })
    expect(draft?.changes).toMatchObject([{ name: 'outage.closed', outage: { accepted: { by: 'ann' } } }])
    expect(pending).toBeGreaterThan(0)
    expect(draft?.sightings).toHaveLength(pending)
  })

  test('is asked about by every look soon after, and stays', async () => {
    const { clock, asked, entry, told, acceptNow } = await takenOver()
    asked.length = 0
    await acceptNow()
    await clock.advance(5_000)
    expect(asked).toEqual([`name ${OLD} 8`, `id ${OLD} 8`])
    expect([entry.belief.kind, told()]).toEqual(['up', ['outage.opened', 'outage.closed']])
  })

  test('is found by its id from then on, and the one before is not', async () => {
    const { roster, entry, acceptNow } = await takenOver()
    await acceptNow()
    expect([roster.byId('fake', '8'), roster.byId('fake', '7')]).toEqual([entry, undefined])
  })

  test('is not touched by what a look under way had asked about the one before', async () => {
    const { clock, trouble, entry, look, letGo, acceptNow } = await takenOver()
    trouble.hold = true
    await look('id')
    await acceptNow()
    await letGo()
    expect(entry.belief).toMatchObject({ kind: 'up', identity: { id: '8' } })
    await clock.advance(5_000)
    expect(entry.belief).toMatchObject({ kind: 'up', presentAt: { id: expect.any(Number) as number } })
  })

  test('is not accepted twice', async () => {
    const { account, clock, acceptNow } = await takenOver()
    const [one, other] = [acceptNow(), acceptNow()]
    await clock.advance(0)
    expect([(await one).ok, await other]).toEqual([
      true,
      {
        ok: false,
        refusal: 'conflict',
        detail: `What is seen of ${account.account} has changed meanwhile. Try again.`,
      },
    ])
    expect(await acceptNow()).toMatchObject({ ok: false, refusal: 'conflict' })
  })

  test('has not been when the disk refuses, and can be then', async () => {
    const { disk, entry, told, acceptNow } = await takenOver()
    disk.refuses = true
    await expect(acceptNow()).rejects.toThrow('disk full')
    expect(entry.belief.kind).toBe('down')
    disk.refuses = false
    expect((await acceptNow()).ok).toBe(true)
    expect([entry.belief.kind, told()]).toEqual(['up', ['outage.opened', 'outage.closed']])
  })

  test('is not where the configuration pins another id; where that is changed, the outage ends as accepted', async () => {
    const { roster, account, platform, entry, settle, drafts, acceptNow } = await takenOver({ id: '7' })
    expect(await acceptNow()).toMatchObject({
      refusal: 'conflict',
      detail: expect.stringContaining('pins the id 7') as string,
    })
    roster.adopt([{ ...account, id: '8' }], [platform], 0)
    await settle()
    expect(entry.belief).toMatchObject({ kind: 'up', identity: { id: '8' } })
    expect(drafts.at(-1)?.changes).toMatchObject([
      { name: 'outage.closed', outage: { accepted: { by: 'the configuration' } } },
    ])
  })
})

describe('a new name, accepted', () => {
  test('is looked for by that name, and is what we ask by from then on', async () => {
    const { clock, asked, entry, told, acceptNow } = await renamed()
    asked.length = 0
    expect(await acceptNow()).toEqual({ ok: true, value: { id: '7', handle: NEW } })
    await clock.advance(5_000)
    expect(asked).toEqual([`name ${NEW} -`, `name ${NEW} 7`, `id ${NEW} 7`])
    expect([entry.belief.kind, told()]).toEqual(['up', ['outage.opened', 'outage.closed']])
  })

  test('leads people and hints to the account, whose address stays', async () => {
    const { roster, account, entry, acceptNow } = await renamed()
    await acceptNow()
    expect(roster.profileUrl(account.account)).toBe(`https://platform.invalid/${NEW}`)
    expect([roster.byHandle('fake', NEW.toUpperCase()), roster.entry(account.account)]).toEqual([entry, entry])
  })

  test('on another server is pinned to the id it has there, and vouched for by the controls there', async () => {
    const { clock, people, asked, entry, look, acceptNow } = await renamed(AWAY)
    people.set(AWAY, '70')
    expect(await acceptNow()).toEqual({ ok: true, value: { id: '70', handle: AWAY } })
    await clock.advance(5_000)
    people.delete(AWAY)
    asked.length = 0
    await look('name')
    await clock.advance(3_000)
    expect(entry.belief.kind).toBe('down')
    expect(asked.filter((line) => /^name (known|nobody)/.test(line))).toEqual([
      'name known@two.example -',
      'name nobody@two.example -',
    ])
  })

  test('is not where somebody else has it by now, nobody does, or it cannot be seen', async () => {
    const { people, trouble, entry, acceptNow } = await renamed()
    people.set(NEW, '9')
    expect(await acceptNow()).toMatchObject({ detail: `At @${NEW} is now @${NEW} (id 9), and not the id 7.` })
    people.delete(NEW)
    expect(await acceptNow()).toMatchObject({ detail: `Nobody is at @${NEW} now: not found or deleted.` })
    trouble.controls = true
    expect((await acceptNow()).ok).toBe(false)
    expect(entry.belief.kind).toBe('down')
  })

  test('outlives a reload, also where the configuration pins the same id; another id there wins', async () => {
    const { roster, account, platform, entry, acceptNow } = await renamed()
    await acceptNow()
    roster.adopt([{ ...account, id: '7' }], [platform], 0)
    expect(entry.belief).toMatchObject({ kind: 'up', identity: { id: '7', handle: NEW } })
    expect(roster.byHandle('fake', NEW)).toBe(entry)
    roster.adopt([{ ...account, id: '5' }], [platform], 0)
    expect(entry.belief).toMatchObject({ kind: 'unknown', identity: { id: '5', handle: OLD }, presentAt: {} })
    expect(roster.byHandle('fake', NEW)).toBeUndefined()
  })
})

describe('without an outage', () => {
  test('whom a look finds is pinned, and nothing is told', async () => {
    const { entry, drafts, acceptNow } = setUp()
    expect(await acceptNow()).toEqual({ ok: true, value: { id: '7', handle: OLD } })
    expect(entry.belief).toMatchObject({ kind: 'up', identity: { id: '7' }, presentAt: { name: 0 } })
    expect(drafts).toMatchObject([{ kept: { belief: { kind: 'up' } }, changes: [], sightings: [] }])
  })

  test('a stranger who has just come is, and the doubt about the one before is over', async () => {
    const { clock, people, entry, told, look, settle, acceptNow } = setUp()
    await settle()
    people.set(OLD, '8')
    await look('name')
    expect(entry.belief.kind).toBe('doubted')
    expect((await acceptNow()).ok).toBe(true)
    await clock.advance(60_000)
    expect([entry.belief.kind, entry.belief.identity?.id, told()]).toEqual(['up', '8', []])
  })

  test('whoever is pinned already is refused', async () => {
    const { settle, acceptNow } = setUp()
    await settle()
    expect(await acceptNow()).toMatchObject({
      ok: false,
      refusal: 'conflict',
      detail: expect.stringContaining('nothing to accept') as string,
    })
  })

  test('nobody is on the word of a look whose controls fail', async () => {
    const { clock, people, trouble, entry, look, settle, acceptNow } = setUp()
    await settle()
    trouble.controls = true
    people.delete(OLD)
    await look('name')
    await clock.advance(2_000)
    people.set(OLD, '8')
    expect(await acceptNow()).toMatchObject({
      detail: expect.stringContaining('the control accounts answer wrongly') as string,
    })
    expect(entry.belief.identity?.id).toBe('7')
  })

  test('a look that comes too late accepts nobody any more', async () => {
    const { clock, trouble, entry, letGo, acceptNow } = setUp()
    trouble.hold = true
    const accepting = acceptNow()
    await clock.advance(30_000)
    expect(await accepting).toMatchObject({ refusal: 'conflict', detail: expect.stringContaining('in time') as string })
    await letGo()
    expect(entry.belief.identity).toBeNull()
  })

  test('an account that is not on the roll, or leaves it meanwhile, is not found', async () => {
    const { trouble, roster, platform, letGo, acceptNow } = setUp()
    trouble.hold = true
    const accepting = acceptNow()
    roster.adopt([], [platform], 0)
    await letGo()
    expect(await accepting).toMatchObject({ ok: false, refusal: 'not_found' })
    expect(await acceptNow()).toMatchObject({ ok: false, refusal: 'not_found' })
  })
})
