import { expect, test } from 'vitest'
import { check } from '../../src/cli/check.ts'
import { inconclusive } from '../../src/core/verdict.ts'
import { fakeLook, fakePlatform, gone, okAnswer } from '../support/platform.ts'

test('what a look says of our credential is shown without it', async () => {
  const look = fakeLook('app', () => gone, {
    async ask(asked, ask) {
      const answer = await ask({ url: 'https://api.test', headers: { authorization: 'Bearer our-own-token' } })
      return asked.map(() => ({ verdict: inconclusive('unauthorized'), marker: 'bad token our-own-token', answer }))
    },
  })
  const ask = () => Promise.resolve(okAnswer('https://api.test', 401))
  const target = { account: 'fake:a', handle: 'a', id: null, platform: fakePlatform([look]), ask }
  const { looks } = await check(target, () => 0)
  expect(looks.map(({ marker }) => marker)).toEqual(['bad token [credential]'])
})
