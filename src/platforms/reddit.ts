import { z } from 'zod'
import type { AskRequest } from '../core/answer.ts'
import { createAppToken } from './app-token.ts'
import { definePlatform } from './kind.ts'
import { eachAlone, randomName, under } from './reading.ts'
import { baseAddress, credential } from './settings.ts'
import { about, nameInUse, type Door } from './reddit/looks.ts'

/** Reddit through its Data API, with the token of an app of one's own. */
export const reddit = definePlatform({
  id: 'reddit',
  title: 'Reddit',
  settings: z.strictObject({
    clientId: z
      .string()
      .regex(/^[\w-]+$/, 'the id of an app')
      .meta({ description: 'Id of an app registered at reddit.com/prefs/apps.' }),
    clientSecret: credential('Secret of that app.'),
    username: z
      .string()
      .regex(/^[A-Za-z0-9_-]{3,20}$/, 'a name on Reddit such as spez')
      .meta({ description: 'Name on Reddit of whoever answers for the app; Reddit wants it in the User-Agent.' }),
    api: baseAddress('https://oauth.reddit.com', 'Base address of the Reddit API.'),
    auth: baseAddress('https://www.reddit.com', 'Base address of the service that grants the app its token.'),
  }),
  defaults: {
    controls: { known: ['reddit', 'spez'] },
    // What an app may ask in a minute (Reddit Data API wiki, 2023).
    budget: { requests: 100, windowMs: 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: '3 to 20 letters, digits, underscores and hyphens such as spez',
  stableId: 'the id of kind t2',
  idForm: () => ({ pattern: /^t2_[a-z0-9]{1,13}$/, words: 't2_ and small letters and digits such as t2_1w72' }),
  namesLast: true,
  cannot: 'An account hidden by a shadow ban answers like a deleted one, one locked for its password like a suspended.',
  looks: {
    // What visitors see, and all that is needed to see that somebody is there.
    about: {
      words: 'by its name',
      takes: 1,
      trust: 'high',
      says: [['suspended'], ['not_found', 'suspended', 'deleted']],
      requests: 3,
      usually: 1,
    },
    // Confirms a doubt and parts the names that never were from those that are gone.
    register: {
      words: 'by its name and in the register of names',
      takes: 1,
      trust: 'medium',
      says: [['suspended'], ['not_found'], ['suspended', 'deleted']],
      requests: 6,
      usually: 2,
    },
  },
  publicLook: 'about',
  handle(raw) {
    const name = raw.replace(/^\/?u\//, '')
    return /^[A-Za-z0-9_-]{3,20}$/.test(name) ? name : null
  },
  connect({ clientId, clientSecret, username, api, auth }) {
    // `<platform>:<app id>:<version> (by /u/<user>)`: Reddit slows down and blocks whoever calls itself otherwise.
    const userAgent = `node:rollcall.${clientId}:0.1 (by /u/${username})`
    const door: Door = { api, userAgent, token: createAppToken(grant(auth, userAgent, clientId, clientSecret)) }
    return {
      asks: { about: eachAlone(about(door)), register: eachAlone(nameInUse(door)) },
      // As long as a name may be and random: about 103 bits, so nobody has it.
      nobody: () => randomName(20),
      bases: [api, auth],
      profileUrl: (handle) => `https://www.reddit.com/user/${handle}`,
    }
  },
})

const grant = (auth: string, userAgent: string, clientId: string, clientSecret: string): AskRequest => ({
  url: under(auth, '/api/v1/access_token'),
  method: 'POST',
  headers: {
    'user-agent': userAgent,
    authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials',
})
