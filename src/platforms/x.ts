import { z } from 'zod'
import { jsonOf, looksLikeHtml, unclear, type Answer, type Ask } from '../core/answer.ts'
import type { Asked, Look, Reading } from '../core/platform.ts'
import { inconclusive } from '../core/verdict.ts'
import { definePlatform, type PlatformKind } from './kind.ts'
import { readingsOf, type Way } from './x-answer.ts'

const HANDLE = /^[A-Za-z0-9_]{1,15}$/
const NAME_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** What is asked for beyond id, name and username: the least that tells an audience and a hidden profile. */
const FIELDS = 'protected,public_metrics,withheld'

/** The terms of the official API v2: 300 user look-ups in 15 minutes for an app, 0.010 USD for each user returned. */
export const x: PlatformKind = definePlatform({
  id: 'x',
  title: 'X',
  settings: z.strictObject({
    bearer: z.string().min(1).meta({ secret: true, description: 'App-only bearer token of the X API v2.' }),
    api: z
      .url({ protocol: /^https?$/ })
      .default('https://api.x.com')
      .meta({ description: 'Base address of the X API.' }),
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
  handle: (raw) => {
    const handle = raw.startsWith('@') ? raw.slice(1) : raw
    return HANDLE.test(handle) ? handle : null
  },
  connect: ({ bearer, api }, common) => ({
    id: 'x',
    title: 'X',
    looks: [byName(api, bearer), byId(api, bearer)],
    publicLook: 'username',
    controls: { known: common.controls.known, nobody },
    budget: common.budget,
    concurrency: common.concurrency,
    timeoutMs: common.timeoutMs,
    pricePerAccount: 0.01,
    spendPerDay: common.spendPerDay,
    origins: [new URL(api).origin],
    hints: [],
    profileUrl: (handle) => `https://x.com/${handle}`,
  }),
})

type Road = { readonly path: string; readonly way: Way }

const NAMES: Road = {
  path: '/2/users/by?usernames=',
  way: { keyOf: ({ handle }) => handle, keyOfUser: ({ username }) => username, movedIsMissing: true },
}
const IDS: Road = {
  path: '/2/users?ids=',
  way: { keyOf: ({ id }) => id, keyOfUser: ({ id }) => id, movedIsMissing: false },
}

/** What visitors see: it proves the handle and the id that it leads to in one answer. */
const byName = (api: string, bearer: string): Look => ({
  name: 'username',
  words: 'by its name',
  takes: 100,
  trust: 'high',
  requests: 1,
  needsId: false,
  ask: (accounts, ask) => askBy(NAMES, api, bearer, accounts, ask),
})

/**
 * Confirms a doubt by another road, and finds the account again where it has only been renamed. Controls come without
 * an id: theirs is asked by name first, and a name that leads nowhere has its answer already.
 */
const byId = (api: string, bearer: string): Look => ({
  name: 'id',
  words: 'by its id',
  takes: 100,
  trust: 'high',
  requests: 2,
  needsId: true,
  async ask(accounts, ask) {
    const nameless = accounts.filter(({ id }) => id === null)
    const named = new Map(zip(nameless, await askBy(NAMES, api, bearer, nameless, ask)))
    const asked = accounts.map((account) => ({ ...account, id: account.id ?? idIn(named.get(account)) }))
    const withId = asked.filter(({ id }) => id !== null)
    const seen = new Map(zip(withId, await askBy(IDS, api, bearer, withId, ask)))
    return zip(accounts, asked).map(([account, one]) => seen.get(one) ?? named.get(account) ?? UNASKED)
  },
})

const UNASKED: Reading = { verdict: inconclusive('unreadable'), marker: 'not asked', answer: null }

const idIn = (reading: Reading | undefined): string | null =>
  reading?.verdict.kind === 'present' ? reading.verdict.identity.id : null

const zip = <A, B>(as: readonly A[], bs: readonly B[]): readonly (readonly [A, B])[] =>
  as.flatMap((a, at) => {
    const b = bs[at]
    return b === undefined ? [] : [[a, b] as const]
  })

async function askBy(
  { path, way }: Road,
  api: string,
  bearer: string,
  accounts: readonly Asked[],
  ask: Ask,
): Promise<readonly Reading[]> {
  if (accounts.length === 0) return []
  const keys = distinct(accounts.flatMap((account) => way.keyOf(account) ?? []))
  const url = `${api.replace(/\/+$/, '')}${path}${keys.join(',')}&user.fields=${FIELDS}`
  return read(accounts, way, await ask(request(url, bearer)))
}

const request = (url: string, bearer: string): Parameters<Ask>[0] => ({
  url,
  headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
})

function read(accounts: readonly Asked[], way: Way, answer: Answer): readonly Reading[] {
  if (isLoginPage(answer))
    return accounts.map(() => ({ verdict: inconclusive('blocked'), marker: 'login page', answer }))
  const body = jsonOf(answer)
  if (typeof body === 'object' && body !== null) return readingsOf(accounts, way, body, answer)
  return accounts.map(() => ({ verdict: unclear(answer), marker: null, answer }))
}

/** Only the title counts: the words occur in other pages, too. */
const isLoginPage = ({ status, text }: Answer): boolean =>
  status === 200 && looksLikeHtml(text) && /<title>[^<]*\b(?:log|sign) ?in\b/i.test(text)

const distinct = (keys: readonly string[]): readonly string[] => [
  ...new Map(keys.map((key) => [key.toLowerCase(), key])).values(),
]

/** As long as a name may be and random: about 77 bits, so nobody has it. */
function nobody(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(15))
  return Array.from(bytes, (byte) => NAME_LETTERS.charAt(byte % NAME_LETTERS.length)).join('')
}
