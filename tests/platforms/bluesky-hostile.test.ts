import { describe, expect, test } from 'vitest'
import { answer, fakeAsk } from '../support/recorded.ts'
import { platform } from './bluesky-network.ts'

const DID = 'did:web:evil.test'
const HANDLE = 'evil.test'
const document = { id: DID, alsoKnownAs: [`at://${HANDLE}`] }
const hostAt = (serviceEndpoint: unknown) => [
  { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint },
]

/** Looks at the account's host, whose owner writes the DID document and every answer himself. */
async function look(web: object, status: object = { did: DID, active: true }) {
  const { ask, asked } = fakeAsk(new Map(), (url) =>
    url === 'https://evil.test/.well-known/did.json'
      ? answer(url, 200, web)
      : answer(url, url.includes('getRepoStatus') ? 200 : 501, status),
  )
  const host = platform.looks.find(({ name }) => name === 'host')!
  const [reading] = await host.ask([{ handle: HANDLE, id: DID }], ask)
  return { verdict: reading!.verdict, marker: reading!.marker, asked }
}

const UNREADABLE = { kind: 'inconclusive', because: 'unreadable' }

describe('a DID document of its owner’s own making', () => {
  test('is read when it is an honest one', async () => {
    const { verdict } = await look({ ...document, service: hostAt('https://pds.test') })
    expect(verdict).toEqual({ kind: 'present', identity: { id: DID, handle: HANDLE } })
  })

  test.each([
    ['names', { alsoKnownAs: Array<string>(1_000).fill(`at://${HANDLE}`), service: hostAt('https://pds.test') }],
    ['services', { service: Array<object>(1_000).fill(hostAt('https://pds.test')[0]!) }],
  ])('with a thousand %s is put aside unread', async (_what, many) => {
    const { verdict, asked } = await look({ ...document, ...many })
    expect(verdict).toEqual(UNREADABLE)
    expect(asked).toHaveLength(1)
  })

  test.each([
    'file:///etc/passwd',
    'gopher://pds.test',
    'data:,x',
    '//pds.test',
    1,
    null,
    `https://${'a'.repeat(254)}.test`,
  ])('leads nowhere with %s for a host', async (endpoint) => {
    const { verdict, asked } = await look({ ...document, service: hostAt(endpoint) })
    expect(verdict).toEqual(UNREADABLE)
    expect(asked).toHaveLength(1)
  })
})

test('a host’s own word for a state is kept, but not at any length', async () => {
  const said = { did: DID, active: false, status: 'x'.repeat(1_000_000) }
  const { verdict, marker } = await look({ ...document, service: hostAt('https://pds.test') }, said)
  expect(verdict).toEqual(UNREADABLE)
  expect(marker).toBe('x'.repeat(120))
})
