import { expect, test } from 'vitest'
import { changeOf, closed, nothing, outageOf, T0 } from '../support/store-samples.ts'
import { tempStore } from '../support/store-temp.ts'

test('an outage’s transitions are its own, and what befell sight and platforms while it stood', async () => {
  const store = await tempStore()
  const [outage, other] = [outageOf('x:a'), outageOf('x:b')]
  const over = closed(outage, T0 + 60_000)
  const storm = (at: number, platform: string) =>
    ({ name: 'platform.troubled', at, platform, since: at, accounts: [] }) as const
  await store.record({
    ...nothing,
    changes: [
      storm(T0 - 1, 'before'),
      storm(T0, 'at its first absence'),
      changeOf(outage),
      changeOf(other),
      storm(T0 + 30_000, 'meanwhile'),
      changeOf(over, 'outage.closed', T0 + 60_000),
      storm(T0 + 60_001, 'after'),
      changeOf({ ...over, notes: [{ at: 1, by: 'ops', note: 'why' }] }, 'outage.annotated', T0 + 90_000),
    ],
  })
  const told = async (one: typeof outage) =>
    (await store.transitionsOf(one)).map((change) => ('platform' in change ? change.platform : change.name))
  expect(await told(over)).toEqual([
    'at its first absence',
    'outage.opened',
    'meanwhile',
    'outage.closed',
    'outage.annotated',
  ])
  expect(await told(other)).toEqual(['at its first absence', 'outage.opened', 'meanwhile', 'after'])
})
