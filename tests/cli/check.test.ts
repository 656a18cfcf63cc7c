import { expect, test } from 'vitest'
import { check, checkEach } from '../../src/cli/check.ts'
import { createSlots } from '../../src/cli/slots.ts'
import type { Ask } from '../../src/core/answer.ts'
import { inconclusive } from '../../src/core/verdict.ts'
import { fakeLook, fakePlatform, gone, here, okAnswer } from '../support/platform.ts'

test('what a look says of our credential is shown without it', async () => {
  const look = fakeLook('app', () => gone, {
    async ask(asked, ask) {
      const answer = await ask({ url: 'https://api.test', headers: { authorization: 'Bearer our-own-token' } })
      return asked.map(() => ({ verdict: inconclusive('unauthorized'), marker: 'bad token our-own-token', answer }))
    },
  })
  const ask = () => Promise.resolve(okAnswer('https://api.test', 401))
  const target = { account: 'fake:a', handle: 'a', id: null, platform: fakePlatform([look]), ask }
  const { looks } = await check(target, {
    now: () => 0,
    slots: createSlots({ now: () => 0, sleep: () => Promise.resolve() }),
  })
  expect(looks.map(({ marker }) => marker)).toEqual(['bad token [credential]'])
})

test('hundreds are checked within the budget of their platform', async () => {
  let now = 0
  const asked: number[] = []
  const ask: Ask = ({ url }) => {
    asked.push(now)
    return Promise.resolve(okAnswer(url))
  }
  const budget = { requests: 5, windowMs: 60_000 }
  const looks = ['app', 'host'].map((name) => fakeLook(name, ({ handle }) => here(handle)))
  const platform = { ...fakePlatform(looks), budget }
  const slots = createSlots({
    now: () => now,
    sleep: async (ms) => {
      await new Promise(setImmediate)
      now += ms
    },
  })
  const targets = Array.from({ length: 20 }, (_, n) => ({
    ...{ account: `fake:${n}`, handle: `${n}`, id: null, platform, ask },
  }))
  const all = await checkEach(targets, { now: () => now, slots }, () => undefined)
  expect(all.map(({ verdict }) => verdict.kind)).toEqual(targets.map(() => 'present'))
  expect(asked).toHaveLength(40)
  for (const at of asked) expect(asked.filter((one) => one >= at && one < at + 60_000).length).toBeLessThanOrEqual(5)
})
