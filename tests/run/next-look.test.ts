import { expect, test } from 'vitest'
import type { Look } from '../../src/core/platform.ts'
import { createNextLook } from '../../src/run/next-look.ts'
import type { PlatformRun } from '../../src/run/machines.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeEntry, fakeLook, fakePlatform, here } from '../support/platform.ts'

test('what a hint makes us look at comes as soon after the thirtieth hint as after the first', async () => {
  const clock = createManualClock(0)
  const looks = ['app', 'host'].map((name) => fakeLook(name, ({ handle }) => here(handle)))
  const entry = fakeEntry(fakePlatform(looks), 'a', { periodMs: 300_000 })
  const wanted: { look: string; at: number }[] = []
  const run = {
    queue: { want: (_: unknown, { look }: { look: Look }) => wanted.push({ look: look.name, at: clock.now() }) },
  } as unknown as PlatformRun
  const next = createNextLook({
    clock,
    runOf: () => run,
    isOnRoll: () => true,
    confirm: () => ({ sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1_000 }),
  })
  for (let hint = 0; hint < 30; hint++) {
    const begun = clock.now()
    wanted.length = 0
    entry.hinted = 2
    next.after(entry, looks[1]!)
    await clock.advance(1_000)
    next.after(entry, looks[0]!)
    await clock.advance(300_000)
    expect(wanted.map(({ look, at }) => [look, at - begun])).toEqual([
      ['app', 1_000],
      ['host', 2_000],
    ])
  }
})
