import { z } from 'zod'
import type { Answer, AskRequest } from '../core/answer.ts'
import type { Asked, Look, Reading } from '../core/platform.ts'
import { absent, inconclusive, present, type Reason } from '../core/verdict.ts'
import { createAppToken, type AppToken } from './app-token.ts'
import { definePlatform } from './kind.ts'
import {
  bodyAs,
  fewOf,
  foundByName,
  Name,
  numbered,
  profile,
  randomName,
  reading,
  shownBy,
  under,
  unlessMoved,
  unread,
  withoutAt,
} from './reading.ts'
import { baseAddress, credential } from './settings.ts'

const LOGIN = /^[a-z0-9_]{1,25}$/
const ID = /^\d{1,20}$/

/** The official interface, Helix (dev.twitch.tv/docs/api): a hundred users a request, with a token of the app. */
export const twitch = definePlatform({
  id: 'twitch',
  title: 'Twitch',
  settings: z.strictObject({
    clientId: z
      .string()
      .regex(/^[\w-]+$/, 'the id of an app')
      .meta({ description: 'Client id of an app registered at dev.twitch.tv.' }),
    clientSecret: credential('Secret of that app.'),
    api: baseAddress('https://api.twitch.tv', 'Base address of the Twitch API.'),
    auth: baseAddress('https://id.twitch.tv', 'Base address of the service that grants the app its token.'),
  }),
  defaults: {
    controls: { known: ['twitch'] },
    // 800 points a minute for an app, one a request.
    budget: { requests: 800, windowMs: 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 4,
  },
  handleIs: 'a login of up to 25 letters, digits and underscores such as twitch',
  stableId: 'the numeric id',
  idForm: numbered('12826'),
  cannot: 'Missing, suspended and deactivated accounts are left out of the answer alike.',
  looks: {
    login: {
      words: 'by its login',
      takes: 100,
      trust: 'medium',
      says: [
        ['not_found', 'deactivated', 'suspended'],
        ['not_found', 'deactivated', 'suspended', 'renamed'],
      ],
      requests: 3,
      usually: 1,
    },
    id: {
      words: 'by its id',
      takes: 100,
      trust: 'medium',
      says: [['not_found', 'deactivated', 'suspended']],
      requests: 6,
      usually: 1,
      needsId: true,
    },
  },
  publicLook: 'login',
  handle(raw) {
    const login = withoutAt(raw).toLowerCase()
    return LOGIN.test(login) ? login : null
  },
  connect({ clientId, clientSecret, api, auth }) {
    const token = createAppToken(grant(auth, clientId, clientSecret))
    const byLogin = askBy(LOGINS, { api, clientId, token })
    return {
      asks: { login: byLogin, id: foundByName(byLogin, askBy(IDS, { api, clientId, token })) },
      nobody: () => randomName(25),
      bases: [api, auth],
      profileUrl: (handle) => `https://www.twitch.tv/${handle}`,
    }
  },
})

const grant = (auth: string, clientId: string, clientSecret: string): AskRequest => ({
  url: under(auth, '/oauth2/token'),
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
  body: new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'client_credentials',
  }).toString(),
})

type User = z.infer<typeof User>
const User = z.object({
  id: z.string().regex(ID),
  login: z.string().regex(LOGIN),
  display_name: Name,
})
// One part that is none of these may be anybody: then nobody is missing for certain.
const Users = z.object({ data: fewOf(100, User) })

/** How accounts are named in the question and found in the answer. */
type Way = {
  readonly parameter: 'login' | 'id'
  keyOf(account: Asked): string | null
  because(account: Asked): readonly [Reason, ...Reason[]]
}

const GONE = ['not_found', 'deactivated', 'suspended'] as const

const LOGINS: Way = {
  parameter: 'login',
  keyOf: ({ handle }) => handle,
  because: (account) => unlessMoved(account, ...GONE),
}
const IDS: Way = {
  parameter: 'id',
  // One that is no id has the whole question refused, and with it all others of the batch.
  keyOf: ({ id }) => (id !== null && ID.test(id) ? id : null),
  because: () => GONE,
}

type Door = { readonly api: string; readonly clientId: string; readonly token: AppToken }

const askBy =
  (way: Way, { api, clientId, token }: Door): Look['ask'] =>
  async (accounts, ask) => {
    const keys = [...new Set(accounts.flatMap((account) => way.keyOf(account) ?? []))]
    if (keys.length === 0) return accounts.map(() => UNASKABLE)
    const query = keys.map((key) => `${way.parameter}=${encodeURIComponent(key)}`).join('&')
    const url = under(api, `/helix/users?${query}`)
    const granted = await token(
      (bearer) => ({ url, headers: { 'client-id': clientId, authorization: `Bearer ${bearer}` } }),
      ask,
    )
    if (granted.kind === 'no_token') return accounts.map(() => granted.reading)
    return readingsOf(accounts, way, keys, granted.answer)
  }

/** Whoever is gone is left out, which is the only sign there is: it counts in a whole answer to our question only. */
function readingsOf(accounts: readonly Asked[], way: Way, keys: readonly string[], answer: Answer): readonly Reading[] {
  const users = answer.status === 200 ? bodyAs(Users, answer)?.data : undefined
  const shown = users === undefined ? null : shownBy(keys, users, (user) => user[way.parameter])
  return accounts.map((account) => {
    const key = way.keyOf(account)
    if (shown === null) return unread(answer)
    if (key === null) return UNASKABLE
    const user = shown.get(key)
    return user === undefined
      ? reading(absent(...way.because(account)), 'not in data', answer)
      : reading(present(identityOf(user)), 'data', answer)
  })
}

/** Whatever was answered says nothing of whom it was not asked about. */
const UNASKABLE = reading(inconclusive('unreadable'), 'an id that Twitch cannot have given', null)

const identityOf = ({ id, login, display_name }: User) => ({ id, handle: login, ...profile(display_name, undefined) })
