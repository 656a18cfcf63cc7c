import { expect, test } from 'vitest'
import type { HintParts, Hints } from '../../src/core/platform.ts'
import type { Log } from '../../src/core/log.ts'
import { createHints } from '../../src/run/hints.ts'
import { createRoster } from '../../src/run/roster.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeAccount, fakeLook, fakePlatform, here, silentLog, silentMeters } from '../support/platform.ts'

/** A platform `fake` with a source that does nothing of its own, another platform, and what both came to know. */
async function setUp(log: Log = silentLog) {
  let given: HintParts | undefined
  const source: Hints = {
    name: 'wire',
    look: 'host',
    follow(parts) {
      given = parts
      return new Promise((resolve) => parts.signal.addEventListener('abort', () => resolve()))
    },
  }
  const looks = ['app', 'host'].map((name) => fakeLook(name, ({ handle }) => here(handle)))
  const platforms = [fakePlatform(looks, { hints: [source] }), fakePlatform(looks, { id: 'other' })]
  const roster = createRoster()
  roster.adopt(
    [
      fakeAccount('a', { id: 'id-a' }),
      fakeAccount('b'),
      fakeAccount('a', { account: 'other:a', platform: 'other', id: 'id-other' }),
    ],
    platforms,
    0,
  )
  const notes = new Map<string, string>()
  const faults: unknown[] = []
  const hints = createHints({
    store: {
      note: (key) => Promise.resolve(notes.get(key) ?? null),
      writeNote: (key, value) => Promise.resolve(void notes.set(key, value)),
    },
    clock: createManualClock(),
    log,
    meters: silentMeters,
    connect: () => () => Promise.reject(new Error('nobody connects here')),
    runOf: () => undefined,
    ids: roster.ids,
    byId: roster.byId,
    byHandle: roster.byHandle,
    onBug: (fault) => faults.push(fault),
  })
  hints.follow(platforms)
  await Promise.resolve()
  return { parts: given!, roster, hints, notes, faults }
}

test('a source knows the ids of its own platform, and those that are found out later', async () => {
  const { parts, roster, hints } = await setUp()
  expect(parts.ids()).toEqual(['id-a'])
  const b = roster.entry('fake:b')!
  const before = b.belief.identity
  b.belief = { ...b.belief, identity: { id: 'id-b', handle: 'b' } }
  roster.pinned(b, before)
  expect(parts.ids()).toEqual(['id-a', 'id-b'])
  expect([parts.watches('id-b'), parts.watches('id-other')]).toEqual([true, false])
  await hints.stop()
})

test('a hint makes us look at whom it names, and at nobody else', async () => {
  const { parts, roster, hints } = await setUp()
  parts.hint({ id: 'id-a' })
  parts.hint({ id: 'id-other' })
  const hinted = roster.all().map(({ hinted: looks }) => looks > 0)
  expect(hinted).toEqual([true, false, false])
  await hints.stop()
})

test('a source keeps its place under its own name', async () => {
  const { parts, hints, notes } = await setUp()
  expect(await parts.cursor.read()).toBeNull()
  parts.cursor.write('42')
  expect([...notes]).toEqual([['cursor fake wire', '42']])
  expect(await parts.cursor.read()).toBe('42')
  await hints.stop()
})

test('a source that stays away is told of once, until it is back', async () => {
  const lines: string[] = []
  const say = (level: string) => (verb: string) => void lines.push(`${level} ${verb}`)
  const { parts, hints, faults } = await setUp({
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
  })
  for (const verb of ['lost', 'lost', 'connected', 'lost'] as const) parts.log(verb, 'somewhere')
  expect(lines).toEqual(['warn hints_lost', 'debug hints_lost', 'info hints_connected', 'warn hints_lost'])
  await hints.stop()
  expect(faults).toEqual([])
})
