import { expect, test } from 'vitest'
import { createCheck } from '../../src/run/check.ts'
import { createControls } from '../../src/run/controls.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createQueue } from '../../src/run/queue.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  fakeEntry,
  fakeLook,
  fakePlatform,
  gone,
  here,
  okAnswer,
  silentLog,
  silentMeters,
} from '../support/platform.ts'

/** An account `a` pinned to `id-a`; by the second look somebody answers with another id. */
function setUp(nobody = gone) {
  const clock = createManualClock(0)
  const looks = [
    fakeLook('app', ({ handle }) => (handle === 'nobody' ? nobody : here(handle))),
    fakeLook('host', ({ handle }) => (handle === 'nobody' ? gone : here(handle, 'id-stranger'))),
  ]
  const platform = fakePlatform(looks)
  const entry = fakeEntry(platform, 'a')
  entry.belief = { ...entry.belief, identity: { id: 'id-a', handle: 'a' } }
  const queue = createQueue({
    platform,
    ask: ({ url }) => Promise.resolve(okAnswer(url)),
    looker: createLooker({ clock, log: silentLog }),
    clock,
    meters: silentMeters,
    seen: () => undefined,
    before: undefined,
  })
  const controls = createControls({ platform, clock, log: silentLog, meters: silentMeters, aside: queue.aside })
  const check = createCheck({
    clock,
    roster: { entry: (address) => (address === 'fake:a' ? entry : undefined) },
    runOf: () => ({ queue, controls }),
  })
  const verdicts = async (): Promise<unknown> => {
    const done = await check('fake:a')
    return done.ok
      ? done.value.map(({ look, verdict }) => [look, verdict.kind, 'because' in verdict && verdict.because])
      : done
  }
  return { clock, looks, queue, controls, check, verdicts }
}

test('every look says what it means for this account: a stranger on the handle is not the account', async () => {
  const { verdicts } = setUp()
  expect(await verdicts()).toEqual([
    ['app', 'present', false],
    ['host', 'absent', ['taken_over']],
  ])
})

test('what a look says while its controls are wrong counts for nothing here either', async () => {
  const { clock, looks, controls, verdicts } = setUp(here('nobody'))
  controls.ensure(looks[0]!, '', 0)
  await clock.advance(0)
  expect(await verdicts()).toEqual([
    ['app', 'inconclusive', 'control_failed'],
    ['host', 'absent', ['taken_over']],
  ])
  controls.stop()
})

test('a stop or a reload in between is told as what it is, and so is an account that nobody watches', async () => {
  const { queue, check } = setUp()
  expect(await check('fake:b')).toMatchObject({ ok: false, refusal: 'not_found' })
  const cutOff = check('fake:a')
  queue.stop()
  expect(await cutOff).toMatchObject({ ok: false, refusal: 'conflict' })
})
