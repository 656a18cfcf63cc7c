import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AddressError, ConfigError, loadForCheck } from '../../src/config.ts'
import { hasPacks, packText } from '../support/packs.ts'
import { env, faultsOf, kinds, load, validatePattern, write } from './kinds.ts'

const SOME = readFileSync(new URL('./faults/rules/some.json', import.meta.url), 'utf8')
const options = { ...kinds, validatePattern, env }

const site = (url: string, more = ''): string =>
  `{ kind: http, url: "${url}", present: { text: Member since }, absent: { status: 404 }, controls: { known: [admin] }${more} }`

test('a site under a name of its own is a platform like others, and there may be many', () => {
  const { platforms, accounts } = load(
    write(`
platforms:
  forum: ${site('http://127.0.0.1/u/{account}', ', title: The Forum, budget: 9/1m, trust: low, handle: "[a-z]+"')}
  wiki-2: ${site('https://{account}.wiki.example/')}
accounts: [forum:alice, "forum:bob", wiki-2:alice]
`),
  )
  expect(platforms.map(({ id, title }) => [id, title])).toEqual([
    ['forum', 'The Forum'],
    ['wiki-2', 'wiki-2'],
  ])
  expect(platforms[0]).toMatchObject({
    source: null,
    budget: { requests: 9, windowMs: 60_000 },
    controls: { known: ['admin'] },
    origins: ['http://127.0.0.1'],
    looks: [{ name: 'page', trust: 'low', takes: 1 }],
  })
  expect(accounts.map(({ account, platform }) => [account, platform])).toEqual([
    ['forum:alice', 'forum'],
    ['forum:bob', 'forum'],
    ['wiki-2:alice', 'wiki-2'],
  ])
})

test('the one site under http needs no kind, and has its own handles', () => {
  const text = (account: string): string =>
    `platforms: { http: ${site('https://a.example/{account}', ', handle: "[a-z]+"').replace('kind: http, ', '')} }\naccounts: ["${account}"]\n`
  expect(load(write(text('http:alice'))).platforms.map(({ id }) => id)).toEqual(['http'])
  expect(faultsOf(write(text('http:ALICE'))).message).toMatch(/in the form of \[a-z\]\+, found "ALICE"/)
})

const RULES = `
rules: [{ file: packs/some.json, format: whatsmyname }]
`

test('a rule pack lies beside the file, and only its sites in use are connected, with their source', () => {
  const file = write(`${RULES}platforms: { somesite: { budget: 9/1m } }\naccounts: [somesite:alice]\n`, {
    'some.json': SOME,
  })
  expect(faultsOf(file).message).toMatch(/rules\[0\]\.file: expected a readable file, found none/)
  const beside = write(`${RULES.replace('packs/', './')}accounts: [somesite:alice, bluesky:bsky.app]\n`, {
    'some.json': SOME,
  })
  const { platforms } = load(beside)
  expect(platforms.map(({ id }) => id)).toEqual(['bluesky', 'somesite'])
  expect(platforms[1]).toMatchObject({
    title: 'Some Site',
    source: { name: 'WhatsMyName', licence: 'CC BY-SA 4.0, Copyright (C) 2026 Somebody', file: './some.json' },
    budget: { requests: 30, windowMs: 300_000 },
    controls: { known: ['alice', 'bob'] },
    origins: [],
  })
})

test('a name stays with whoever has it first: ours, then those of the file, then the packs in their order', () => {
  const twice = `[{ file: ./one.json, format: whatsmyname }, { file: ./two.json, format: whatsmyname }]`
  const other = SOME.replace('Some Site', 'Some-Site')
    .replace('"Weak Site"', '"Other Site"')
    .replace('"[]"', '"Nobody here"')
  const files = { 'one.json': SOME, 'two.json': other }
  const packs = load(write(`rules: ${twice}\naccounts: [somesite:alice, othersite:alice]\n`, files)).platforms
  expect(packs.map(({ title, source }) => [title, source?.file])).toEqual([
    ['Some Site', './one.json'],
    ['Other Site', './two.json'],
  ])
  const own = `rules: ${twice}\nplatforms: { somesite: ${site('https://own.example/{account}')} }\naccounts: [somesite:alice]\n`
  expect(load(write(own, files)).platforms.map(({ source }) => source)).toEqual([null])
  const x = `rules: ${twice}\nplatforms: { x: { bearer: { env: X_BEARER } } }\naccounts: [x:jack]\n`
  expect(load(write(x, files)).platforms.map(({ source }) => source)).toEqual([null])
})

test('to look at an account once, rule files are read only where they are needed', () => {
  const broken = write(`${RULES}platforms: { forum: ${site('https://a.example/{account}')} }\naccounts: [y:z]\n`)
  const here = (address: string) => loadForCheck(broken, [address], options).platforms.map(({ id }) => id)
  expect(here('bluesky:bsky.app')).toEqual(['bluesky'])
  expect(here('forum:alice')).toEqual(['forum'])
  const faultOf = (address: string): unknown => {
    try {
      return here(address)
    } catch (fault) {
      return fault
    }
  }
  expect(faultOf('somesite:alice')).toBeInstanceOf(ConfigError)
  expect(faultOf('somesite:alice')).not.toBeInstanceOf(AddressError)

  const file = write(
    `${RULES.replace('packs/', '')}platforms: { somesite: { budget: 9/1m } }\naccounts: [somesite:al]\n`,
    {
      'some.json': SOME,
    },
  )
  expect(loadForCheck(file, ['somesite:alice', 'bluesky:bsky.app'], options)).toMatchObject({
    accounts: [{ account: 'somesite:alice' }, { account: 'bluesky:bsky.app' }],
    platforms: [{ id: 'bluesky' }, { id: 'somesite', budget: { requests: 9 } }],
  })
  expect(() => loadForCheck(file, ['weaksite:alice'], options)).toThrow(AddressError)
})

test.skipIf(!hasPacks)('an unknown platform is told without a thousand names', () => {
  const file = write(
    'rules: [{ file: wmn.json, format: whatsmyname }, { file: sherlock.json, format: sherlock }]\naccounts: [chesscom:alice, chescom:alice]\n',
    { 'wmn.json': packText('whatsmyname'), 'sherlock.json': packText('sherlock') },
  )
  const { faults, message } = faultsOf(file)
  expect(faults).toHaveLength(1)
  expect(message).toMatch(/one of bluesky, http, x, or one of \d{3} from rules: .*; did you mean "chesscom"\?$/)
  expect(message.length).toBeLessThan(400)
})
