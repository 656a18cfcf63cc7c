import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRecorded, recordedAnswers } from '../support/recorded.ts'
import { isInstalled } from './support/debian.ts'
import { startMediaWiki, type MediaWiki } from './support/mediawiki.ts'
import { startSnac2, type Snac2 } from './support/snac2.ts'

if (!isInstalled) console.warn('snac2 and MediaWiki are not installed: run tests/real/install, and these tests run too')

describe.skipIf(!isInstalled)('snac2', () => {
  let snac: Snac2

  beforeAll(async () => {
    snac = await startSnac2()
    for (const name of ['active', 'deleted', 'mover', 'target']) await snac.create(name)
    await snac.remove('deleted')
    await snac.move('mover', 'target')
  })
  afterAll(() => snac.stop())

  test.skipIf(!hasRecorded).for([
    ['snac2/webfinger', 'application/jrd+json', []],
    ['snac2/actor', 'application/activity+json', ['publicKey', 'published']],
    ['snac2/api-v1-accounts-lookup', '*/*', ['id', 'created_at', 'last_status_at']],
    ['snac2/profile-html', 'text/html', []],
  ] as const)('answers in every state as recorded in %s', async ([folder, accept, own]) => {
    await expectAsRecorded(folder, { host: snac.host, recordedHost: 'snac.test', accept }, own)
  })

  test('whoever is made anew after a deletion is the same actor again', async () => {
    const name = fresh('phoenix')
    const actor = `${snac.origin}/${name}`
    const read = async () => {
      const { status, body } = await ask(actor, 'application/activity+json')
      return [status, (body as { id: string } | null)?.id]
    }
    expect(await read()).toEqual([404, undefined])
    await snac.create(name)
    expect(await read()).toEqual([200, actor])
    await snac.remove(name)
    expect(await read()).toEqual([404, undefined])
    await snac.create(name)
    expect(await read()).toEqual([200, actor])
  })

  test('an order about nobody fails', async () => {
    await expect(snac.remove('nobody')).rejects.toThrow('nobody')
    await expect(snac.move('active', 'nobody')).rejects.toThrow('nobody')
  })
})

describe.skipIf(!isInstalled)('MediaWiki', () => {
  let wiki: MediaWiki

  beforeAll(async () => {
    wiki = await startMediaWiki()
    for (const name of ['Active', 'Blocked', 'Unblocked']) await wiki.create(name)
    for (const name of ['Blocked', 'Unblocked']) await wiki.block(name)
    await wiki.unblock('Unblocked')
  })
  afterAll(() => wiki.stop())

  const users = async (which: string) => {
    const { body } = await ask(`${wiki.api}?action=query&list=users&${which}&format=json&formatversion=2`)
    return (body as { query: { users: unknown[] } }).query.users
  }

  test.skipIf(!hasRecorded)('answers in every state as recorded', async () => {
    const real = { host: new URL(wiki.origin).host, recordedHost: 'wiki.test' }
    const own = ['userid', 'registration', 'blockid', 'blockedbyid', 'blockedtimestamp', 'blockedtimestampformatted']
    await expectAsRecorded('mediawiki', real, own)
  })

  test('whoever is renamed keeps the id, and the old name is free for somebody else', async () => {
    const before = fresh('Before')
    const after = fresh('After')
    const { id } = await wiki.create(before)
    await wiki.rename(before, after)
    expect(await users(`ususers=${before}`)).toEqual([{ name: before, missing: true }])
    expect(await users(`ususerids=${id}`)).toEqual([{ userid: Number(id), name: after }])
    const stranger = await wiki.create(before)
    expect(stranger.id).not.toBe(id)
    expect(await users(`ususers=${before}|${after}`)).toEqual([
      { userid: Number(stranger.id), name: before },
      { userid: Number(id), name: after },
    ])
  })

  test('an order about nobody fails', async () => {
    await expect(wiki.block('Nobody')).rejects.toThrow('Nobody')
    await expect(wiki.unblock('Nobody')).rejects.toThrow('Nobody')
    await expect(wiki.rename('Nobody', 'Somebody')).rejects.toThrow('does not exist')
  })
})

/** A name of its own for every try. */
const fresh = (name: string): string => `${name}${randomUUID().slice(0, 8)}`

type Real = { readonly host: string; readonly recordedHost: string; readonly accept?: string }

/** Asks again whatever was recorded in the folder; the members called `own` may be worth something else each time. */
async function expectAsRecorded(folder: string, real: Real, own: readonly string[]): Promise<void> {
  const answers = recordedAnswers(folder)
  expect(answers.size).toBeGreaterThan(0)
  for (const [url, { status, headers, text }] of answers) {
    const type = headers['content-type'] ?? null
    const recorded = { status, type, body: bodyOf(type, text, own) }
    const { host, recordedHost, accept } = real
    const said = await ask(url.replaceAll(recordedHost, host), accept)
    expect(JSON.parse(JSON.stringify(said).replaceAll(host, recordedHost), blank(own)), url).toEqual(recorded)
  }
}

async function ask(url: string, accept = '*/*') {
  // snac2 closes every connection and says so in no answer: the next request on it may be lost.
  const response = await fetch(url, { headers: { accept, connection: 'close' }, redirect: 'manual' })
  const type = response.headers.get('content-type')
  return { status: response.status, type, body: bodyOf(type, await response.text()) }
}

/** Pages say too much to be compared: their status is what counts. */
const bodyOf = (type: string | null, text: string, own: readonly string[] = []): unknown =>
  type?.includes('json') === true ? JSON.parse(text, blank(own)) : null

const blank =
  (own: readonly string[]) =>
  (key: string, value: unknown): unknown =>
    own.includes(key) ? typeof value : value
