import { z } from 'zod'
import type { Ask } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { present } from '../core/verdict.ts'
import { askGraph, GraphId, metaHandle, unshown } from './graph.ts'
import { definePlatform } from './kind.ts'
import { bodyAs, Count, eachAlone, Name, numbered, profile, randomName, reading, under } from './reading.ts'
import { baseAddress, credential } from './settings.ts'

/** Instagram as its official interface shows it: business and creator accounts, by their name. */
export const instagram = definePlatform({
  id: 'instagram',
  title: 'Instagram',
  settings: z.strictObject({
    token: credential('Access token with instagram_basic.'),
    userId: GraphId.meta({ description: 'Id of your own Instagram business account, which is the one that asks.' }),
    api: baseAddress(
      'https://graph.facebook.com',
      'Base address of the Graph API; a version such as /v23.0 may follow.',
    ),
  }),
  defaults: {
    controls: { known: ['instagram'] },
    // 200 calls an hour for each user of an app (developers.facebook.com, "Rate limits").
    budget: { requests: 200, windowMs: 60 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: 'up to 30 letters, digits, dots and underscores such as natgeo',
  stableId: 'the numeric id',
  idForm: numbered('17841401441775531'),
  cannot:
    'Only business and creator accounts are shown, and one that is gone is refused like one that is private, so that absence shows as lost sight.',
  looks: { discovery: { words: 'by its name', takes: 1, trust: 'low', says: [] } },
  publicLook: 'discovery',
  handle: metaHandle,
  connect({ token, userId, api }) {
    return {
      asks: { discovery: eachAlone((account, ask) => look(under(api, `/${userId}`), token, account, ask)) },
      nobody: () => randomName(30),
      bases: [api],
      profileUrl: (handle) => `https://www.instagram.com/${handle}/`,
    }
  },
})

const Found = z.object({
  business_discovery: z.object({ id: GraphId, username: z.string(), name: Name, followers_count: Count }),
})

async function look(us: string, token: string, { handle }: Asked, ask: Ask): Promise<Reading> {
  const fields = `business_discovery.username(${handle}){id,username,name,followers_count}`
  const answer = await askGraph(`${us}?fields=${encodeURIComponent(fields)}`, token, ask)
  const found = answer.status === 200 ? bodyAs(Found, answer)?.business_discovery : undefined
  if (found === undefined || metaHandle(found.username) !== metaHandle(handle)) return unshown(answer)
  const { id, name, followers_count } = found
  return reading(present({ id, handle, ...profile(name, followers_count) }), 'business_discovery', answer)
}
