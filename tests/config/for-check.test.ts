import { expect, test } from 'vitest'
import { AddressError, ConfigError, loadForCheck } from '../../src/config.ts'
import { env, kinds, validatePattern, write } from './kinds.ts'

const options = { ...kinds, validatePattern, env }

const FILE = `
outbound: { contact: ops@example.org }
platforms:
  bluesky: { appview: https://own.example }
  x: { bearer: { env: NOT_SET } }
accounts:
  - { account: bluesky:bsky.app, id: did:plc:one, important: true }
  - { account: y:nobody }
subscribers: [{ name: desk, slack: { url: { env: NOT_SET } } }]
`

test('without a file every platform has its defaults, and nothing is known of the account', () => {
  const { accounts, platforms, outbound } = loadForCheck(null, ['bluesky:BSKY.app'], options)
  expect(accounts).toMatchObject([{ account: 'bluesky:bsky.app', id: null }])
  expect(platforms.map(({ id }) => id)).toEqual(['bluesky'])
  expect(outbound).toEqual({ contact: null, allowPrivate: [] })
})

test('a file says more of whom it knows, and its faults elsewhere do not matter', () => {
  const { accounts, platforms, outbound } = loadForCheck(
    write(FILE),
    ['bluesky:bsky.app', 'bluesky:nytimes.com'],
    options,
  )
  expect(accounts.map(({ account, id }) => [account, id])).toEqual([
    ['bluesky:bsky.app', 'did:plc:one'],
    ['bluesky:nytimes.com', null],
  ])
  expect(platforms.map(({ id }) => id)).toEqual(['bluesky'])
  expect(outbound.contact).toBe('ops@example.org')
})

test('a missing credential is told for the account that needs it', () => {
  expect(() => loadForCheck(write(FILE), ['x:jack'], options)).toThrow(
    /platforms\.x\.bearer: expected environment variable NOT_SET/,
  )
  expect(() => loadForCheck(null, ['x:jack'], options)).toThrow(
    /platforms\.x\.bearer: .*found nothing; x:jack needs it/,
  )
})

test('what is no address is bad usage, all of it told at once', () => {
  const ask = () => loadForCheck(null, ['bluesky:no_domain', 'blusky:bsky.app', 'bluesky:bsky.app'], options)
  expect(ask).toThrow(AddressError)
  expect(ask).toThrow(ConfigError)
  expect(ask).toThrow(/a domain name such as bsky.app, found "no_domain"\n.*did you mean "bluesky"/)
})

test('an account is looked at as it is written, however the roll spells it', () => {
  const { accounts } = loadForCheck(
    write('platforms: { x: { bearer: { env: X_BEARER } } }\naccounts: [{ account: x:jack, name: Jack }]'),
    ['x:JACK'],
    options,
  )
  expect(accounts).toMatchObject([{ account: 'x:JACK', handle: 'JACK', name: 'Jack' }])
})
