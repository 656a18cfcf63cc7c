import { z } from 'zod'
import { jsonOf, type Ask } from '../core/answer.ts'
import type { Look } from '../core/platform.ts'
import { definePlatform } from './kind.ts'
import { foundByName, numbered, randomName, under, unread, withoutAt } from './reading.ts'
import { baseAddress, credential } from './settings.ts'
import { readingsOf, UNASKABLE } from './x-answer.ts'
import { keysOf, type Way } from './x-keys.ts'
import { isId } from './x-user.ts'

const HANDLE = /^[A-Za-z0-9_]{1,15}$/

/** What is asked for beyond id, name and username: the least that tells an audience and a hidden profile. */
const FIELDS = 'protected,public_metrics,withheld'

/** The terms of the official API v2: 300 user look-ups in 15 minutes for an app, 0.010 USD for each user returned. */
export const x = definePlatform({
  id: 'x',
  title: 'X',
  settings: z.strictObject({
    bearer: credential('App-only bearer token of the X API v2.'),
    api: baseAddress('https://api.x.com', 'Base address of the X API.'),
  }),
  defaults: {
    // The platform's own account: as long as it stands, an answer that denies it is wrong.
    controls: { known: ['X'] },
    budget: { requests: 300, windowMs: 15 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: 'up to 15 letters, digits and underscores such as realDonaldTrump',
  stableId: 'the numeric id',
  idForm: numbered('25073877'),
  cannot: 'Deleted and deactivated accounts answer as if they had never been.',
  looks: {
    // What visitors see: it proves the handle and the id that it leads to in one answer.
    username: {
      words: 'by its name',
      takes: 100,
      trust: 'high',
      says: [
        ['suspended'],
        ['not_found', 'deactivated'],
        ['not_found', 'deactivated', 'suspended'],
        ['not_found', 'deactivated', 'renamed'],
        ['not_found', 'deactivated', 'suspended', 'renamed'],
      ],
    },
    // Confirms a doubt by another road, and finds the account again where it has only been renamed.
    id: {
      words: 'by its id',
      takes: 100,
      trust: 'high',
      says: [['suspended'], ['not_found', 'deactivated'], ['not_found', 'deactivated', 'suspended']],
      requests: 2,
      usually: 1,
      needsId: true,
    },
  },
  publicLook: 'username',
  price: 0.01,
  handle(raw) {
    const handle = withoutAt(raw)
    return HANDLE.test(handle) ? handle : null
  },
  connect({ bearer, api }) {
    const byName = askBy(NAMES, api, bearer)
    return {
      asks: { username: byName, id: foundByName(byName, askBy(IDS, api, bearer)) },
      // As long as a name may be and random: about 77 bits, so nobody has it.
      nobody: () => randomName(15),
      bases: [api],
      profileUrl: (handle) => `https://x.com/${handle}`,
    }
  },
})

type Road = { readonly path: string; readonly way: Way }

const NAMES: Road = {
  path: '/2/users/by?usernames=',
  way: { keyOf: ({ handle }) => handle, keyOfUser: ({ handle }) => handle, movedIsMissing: true },
}
const IDS: Road = {
  path: '/2/users?ids=',
  way: {
    // One that is no id has the whole question refused, and with it all others of the batch.
    keyOf: ({ id }) => (isId(id) ? id : null),
    keyOfUser: ({ id }) => id,
    movedIsMissing: false,
  },
}

const askBy =
  ({ path, way }: Road, api: string, bearer: string): Look['ask'] =>
  async (accounts, ask) => {
    const keys = keysOf(accounts, way)
    if (keys.sent.length === 0) return accounts.map(() => UNASKABLE)
    const answer = await ask(request(under(api, `${path}${keys.sent.join(',')}&user.fields=${FIELDS}`), bearer))
    const body = jsonOf(answer)
    if (typeof body === 'object' && body !== null) return readingsOf(accounts, keys, way, body, answer)
    return accounts.map(() => unread(answer))
  }

const request = (url: string, bearer: string): Parameters<Ask>[0] => ({
  url,
  headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
})
