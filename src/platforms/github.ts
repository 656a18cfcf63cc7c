import { z } from 'zod'
import type { AskRequest } from '../core/answer.ts'
import type { Budget, Look } from '../core/platform.ts'
import { HANDLE, ID, LOGIN, read, type Road } from './github/answer.ts'
import { createMemory, type Remembered } from './github/memory.ts'
import { GONE_FOR_GOOD } from './gone.ts'
import { definePlatform } from './kind.ts'
import { eachAlone, foundByName, numbered, randomName, under, withoutAt } from './reading.ts'
import { baseAddress, credential } from './settings.ts'

const HOUR = 60 * 60_000
const ANONYMOUS: Budget = { requests: 60, windowMs: HOUR }
/** Of a token. What was not modified counts here, and not there. */
const WITH_TOKEN: Budget = { requests: 5000, windowMs: HOUR }

/** Users, organisations and bots, all of them "users" to its REST interface (docs.github.com/rest/users/users). */
export const github = definePlatform({
  id: 'github',
  title: 'GitHub',
  settings: z.strictObject({
    token: credential('Any access token, without scopes: 5000 requests an hour instead of 60.').optional(),
    api: baseAddress('https://api.github.com', 'Base address of the REST interface.'),
  }),
  defaults: {
    controls: { known: ['github'] },
    budget: ANONYMOUS,
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 4,
  },
  handleIs: 'up to 39 letters, digits and hyphens such as torvalds',
  stableId: 'the numeric id',
  idForm: numbered('583231'),
  cannot: 'Suspended, deleted and hidden accounts answer as if they had never been.',
  looks: {
    login: {
      words: 'by its name',
      takes: 1,
      trust: 'high',
      says: [GONE_FOR_GOOD, [...GONE_FOR_GOOD, 'renamed']],
    },
    // Nothing leads from an old name to the new one: only the id does.
    id: {
      words: 'by its id',
      takes: 1,
      trust: 'high',
      says: [GONE_FOR_GOOD],
      requests: 2,
      usually: 1,
      needsId: true,
    },
  },
  publicLook: 'login',
  handle(raw) {
    const handle = withoutAt(raw)
    return HANDLE.test(handle) ? handle : null
  },
  budget: ({ token }) => (token === undefined ? ANONYMOUS : WITH_TOKEN),
  connect({ api, token }) {
    const memory = createMemory()
    const askBy = (road: Road): Look['ask'] =>
      eachAlone(async (account, ask) => {
        const path = road.path(account)
        const known = memory.recall(path)
        return read(road, account, memory, known, await ask(request(under(api, path), token, known)))
      })
    const byLogin = askBy(LOGIN)
    return {
      asks: { login: byLogin, id: foundByName(byLogin, askBy(ID)) },
      nobody: () => randomName(39),
      bases: [api],
      profileUrl: (handle) => `https://github.com/${handle}`,
    }
  },
})

const request = (url: string, token: string | undefined, known: Remembered | null): AskRequest => ({
  url,
  headers: {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(known === null ? {} : { 'if-none-match': known.etag }),
  },
})
