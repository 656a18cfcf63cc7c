import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { platformsJson, platformsTable, printPlatforms } from '../../src/cli/platforms.ts'
import { platformKinds } from '../../src/platforms/index.ts'

function printed(): string {
  let text = ''
  printPlatforms(platformKinds, { write: (part) => (text += part) })
  return text
}

test('every platform is told with what it needs, can tell and cannot', () => {
  const text = printed()
  for (const { id, looks, cannot } of platformKinds) {
    expect(text).toMatch(new RegExp(`^${id}  `, 'm'))
    for (const { words } of looks) expect(text).toContain(`${words}: `)
    expect(text).toContain(cannot)
  }
  expect(text).toMatch(/needs +`bearer` \(secret\)/)
  expect(text).toMatch(/needs +nothing; takes `token`/)
  expect(text).toContain('never that somebody is gone')
})

test('a set of reasons is told as a set', () =>
  expect(printed()).toContain('tells suspended; not found or deactivated; not found or deactivated or suspended'))

test('where names are for good, or no id tells it, nobody is said to be renamed', () => {
  const row = (id: string): string =>
    platformsTable(platformKinds.filter((kind) => kind.id === id)).split('\n')[2] ?? ''
  expect([row('reddit'), row('keybase')].join()).not.toMatch(/renamed|taken over/)
  expect(row('github')).toContain('deleted; renamed, taken over')
  for (const id of ['http', 'telegram', 'tiktok']) expect(row(id)).not.toContain('renamed')
  expect(printed()).toMatch(/besides +names are neither changed nor given to somebody else\n/)
})

test('the same as data', () => {
  const github = platformsJson(platformKinds).platforms.find(({ platform }) => platform === 'github')
  expect(github).toMatchObject({
    needs: [{ name: 'token', secret: true, required: false }],
    stableId: 'the numeric id',
    looks: [
      { look: 'login', takes: 1, trust: 'high', public: true, needsId: false },
      { look: 'id', needsId: true },
    ],
    controls: ['github'],
  })
})

test('the table in the README is this one', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const tight = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')
  expect(tight(readme)).toContain(tight(platformsTable(platformKinds)))
})
