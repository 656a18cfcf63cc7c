import { expect, test } from 'vitest'
import type { AskRequest } from '../../src/core/answer.ts'
import { gitlab } from '../../src/platforms/gitlab.ts'
import { answer } from '../support/recorded.ts'

async function asked(settings: Readonly<Record<string, unknown>>, look: string): Promise<readonly AskRequest[]> {
  const heard: AskRequest[] = []
  const platform = gitlab.connect(gitlab.settings.parse(settings), gitlab.defaults)
  await platform.looks
    .find(({ name }) => name === look)!
    .ask([{ handle: 'some.one', id: '4711' }], (request) => {
      heard.push(request)
      const refusal = { message: '403 Forbidden - Not authorized!' }
      return Promise.resolve(
        request.url.endsWith('/status') ? answer(request.url, 200, {}) : answer(request.url, 403, refusal),
      )
    })
  return heard
}

test('one’s own GitLab is asked, wherever it lies, with the token in its header only', async () => {
  const settings = { api: 'https://git.example.test/lab/', token: 'glpat-secret' }
  expect(await asked(settings, 'name')).toEqual([
    {
      url: 'https://git.example.test/lab/api/v4/users?username=some.one',
      headers: { accept: 'application/json', 'private-token': 'glpat-secret' },
    },
  ])
})

test('a stranger asks for the account, then for its status, then for its name', async () => {
  const heard = await asked({}, 'id')
  expect(heard.map(({ url }) => url)).toEqual([
    'https://gitlab.com/api/v4/users/4711',
    'https://gitlab.com/api/v4/users/4711/status',
    'https://gitlab.com/api/v4/users?username=some.one',
  ])
  for (const { headers } of heard) expect(headers).toEqual({ accept: 'application/json' })
})

test('a profile is shown at the GitLab that was configured', () => {
  const own = gitlab.settings.parse({ api: 'https://git.example.test/lab/' })
  expect(gitlab.connect(own, gitlab.defaults).profileUrl('someone')).toBe('https://git.example.test/lab/someone')
})

test('names keep their letter case, and none can be taken for a file', () => {
  for (const name of ['sytses', 'gitlab-bot', 'A.b_c', '.ab', '_a', '42']) expect(gitlab.handle(name)).toBe(name)
  expect(gitlab.handle('@sytses')).toBe('sytses')
  for (const name of ['a', 'a.', 'a.git', 'a.atom', '-a', 'a/b', 'a b', 'x'.repeat(256), '']) {
    expect(gitlab.handle(name)).toBeNull()
  }
})
