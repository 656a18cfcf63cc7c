import { z } from 'zod'
import type { Ask } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { present } from '../core/verdict.ts'
import { askGraph, GraphId, metaHandle, unshown } from './graph.ts'
import { definePlatform } from './kind.ts'
import { bodyAs, Count, eachAlone, Name, profile, randomName, reading, under } from './reading.ts'
import { baseAddress, credential } from './settings.ts'

/** Threads as its official interface shows it: public profiles with an audience, by their name. */
export const threads = definePlatform({
  id: 'threads',
  title: 'Threads',
  settings: z.strictObject({
    token: credential('Access token with threads_profile_discovery.'),
    api: baseAddress('https://graph.threads.com/v1.0', 'Base address of the Threads API, its version included.'),
  }),
  defaults: {
    // One of the few that can be looked up before Meta has reviewed an app.
    controls: { known: ['threads'] },
    // 1,000 look-ups a day for each user (developers.facebook.com, "Threads Profiles").
    budget: { requests: 1000, windowMs: 24 * 60 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: 'up to 30 letters, digits, dots and underscores such as zuck',
  stableId: null,
  cannot:
    'Only public profiles with at least 100 followers are shown, and one that is gone is refused like any other, so that absence shows as lost sight.',
  looks: { lookup: { words: 'by its name', takes: 1, trust: 'low', says: [] } },
  publicLook: 'lookup',
  handle: metaHandle,
  connect({ token, api }) {
    return {
      asks: { lookup: eachAlone((account, ask) => look(api, token, account, ask)) },
      nobody: () => randomName(30),
      bases: [api],
      profileUrl: (handle) => `https://www.threads.com/@${handle}`,
    }
  },
})

/** The documented answer names no id; one that comes all the same is as good as anywhere. */
const Found = z.object({
  id: GraphId.optional().catch(undefined),
  username: z.string(),
  name: Name,
  follower_count: Count,
})

async function look(api: string, token: string, { handle }: Asked, ask: Ask): Promise<Reading> {
  const answer = await askGraph(under(api, `/profile_lookup?username=${encodeURIComponent(handle)}`), token, ask)
  const found = answer.status === 200 ? bodyAs(Found, answer) : null
  if (found === null || metaHandle(found.username) !== metaHandle(handle)) return unshown(answer)
  const { id = null, name, follower_count } = found
  return reading(present({ id, handle, ...profile(name, follower_count) }), 'username', answer)
}
