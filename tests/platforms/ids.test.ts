import { describe, expect, test } from 'vitest'
import { platformKinds } from '../../src/platforms/index.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { allCases } from './all.ts'

test('a platform says how its ids are written where it shows any', () => {
  for (const { id, stableId, idForm } of platformKinds)
    expect([id, idForm !== undefined]).toEqual([id, stableId !== null])
})

const idIn = (verdict: Verdict): readonly string[] =>
  verdict.kind === 'present' && verdict.identity.id !== null ? [verdict.identity.id] : []

const withIds = allCases.filter(({ kind }) => kind.stableId !== null)

describe.each(withIds.map(({ kind, cases }) => [kind.id, kind, cases] as const))('%s', (_id, kind, cases) => {
  test('whatever id an answer shows could have been written', () => {
    for (const { asked, says } of cases)
      for (const [index, verdict] of says.entries())
        for (const shown of idIn(verdict)) {
          const form = kind.idForm?.(asked[index]?.handle ?? '')
          expect(shown).toMatch(form?.pattern ?? /never/)
        }
  })
})

const kindOf = (platform: string) => platformKinds.find(({ id }) => id === platform)

test.each([
  ['x', 'jack', '12', true],
  ['x', 'jack', '012', false],
  ['x', 'jack', 'notnumeric', false],
  ['x', 'jack', '12 ', false],
  ['github', 'torvalds', '1024025', true],
  ['github', 'torvalds', 'MDQ6VXNlcjEwMjQwMjU=', false],
  ['bluesky', 'bsky.app', 'did:plc:z72i7hdynmk6r22z27h6tvur', true],
  ['bluesky', 'bsky.app', 'z72i7hdynmk6r22z27h6tvur', false],
  ['mastodon', 'Gargron@mastodon.social', 'https://mastodon.social/users/Gargron', true],
  ['mastodon', 'Gargron@mastodon.social', '1', false],
  ['mastodon', 'someone@truthsocial.com', '107780257626128497', true],
  ['mastodon', 'someone@truthsocial.com', 'https://truthsocial.com/users/someone', false],
  ['youtube', '@NASA', 'UCLA_DiR1FfKNvjuUpBHmylQ', true],
  ['youtube', '@NASA', 'ucla_dir1ffknvjuupbhmylq', false],
  ['reddit', 'spez', 't2_1w72', true],
  ['reddit', 'spez', '1w72', false],
  ['keybase', 'chris', '23260c2ce19420f97b58d7d95b68ca00', true],
  ['keybase', 'chris', '23260C2CE19420F97B58D7D95B68CA00', false],
])('%s: %s with the id %s: %s', (platform, handle, id, fits) => {
  expect(kindOf(platform)?.idForm?.(handle).pattern.test(id)).toBe(fits)
})
