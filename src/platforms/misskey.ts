import { z } from 'zod'
import { acctOf, handleOf, homeOf } from './fediverse/acct.ts'
import { NODEINFO_REQUESTS } from './fediverse/nodeinfo.ts'
import { createReach, hosts } from './fediverse/reach.ts'
import { FINGER_REQUESTS } from './fediverse/webfinger.ts'
import { GONE_FOR_GOOD } from './gone.ts'
import { definePlatform } from './kind.ts'
import { byId, byName } from './misskey/user.ts'
import { webfinger } from './misskey/webfinger.ts'
import { foundByName, randomName } from './reading.ts'

/** Misskey, Sharkey and their like. Only an account's own server is asked. */
export const misskey = definePlatform({
  id: 'misskey',
  title: 'Misskey',
  settings: z.strictObject({ hosts }),
  defaults: {
    controls: { known: ['syuilo@misskey.io'] },
    // No limit is published for visitors; it is that of Mastodon's servers.
    budget: { requests: 300, windowMs: 5 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 8,
  },
  handleIs: 'a name at a server such as syuilo@misskey.io',
  stableId: 'the id on that server',
  idForm: () => ({ pattern: /^[A-Za-z0-9]{1,64}$/, words: 'letters and digits such as 7rkrarq81i' }),
  cannot:
    'A suspended account answers as if it had never been; so do all accounts of a server that hides them from visitors.',
  looks: {
    name: {
      words: 'by its name',
      takes: 1,
      trust: 'medium',
      says: [GONE_FOR_GOOD, ['suspended'], ['renamed']],
      requests: 2,
      usually: 1,
    },
    id: {
      words: 'by its id',
      takes: 1,
      trust: 'medium',
      says: [GONE_FOR_GOOD, ['suspended'], ['renamed']],
      requests: 4,
      usually: 1,
      needsId: true,
    },
    // Knows accounts that their server hides from visitors: it keeps that from being taken for their end.
    webfinger: {
      words: 'by WebFinger',
      takes: 1,
      trust: 'medium',
      says: [GONE_FOR_GOOD],
      requests: FINGER_REQUESTS + NODEINFO_REQUESTS,
      usually: 1,
    },
  },
  publicLook: 'name',
  handle: handleOf,
  homeOf,
  connect({ hosts: named }) {
    const reach = createReach(named)
    return {
      asks: { name: byName(reach), id: foundByName(byName(reach), byId(reach)), webfinger: webfinger(reach) },
      // As long as a name may be there and random: nobody has it.
      nobody: (home) => `${randomName(20)}@${home}`,
      bases: Object.values(named),
      profileUrl: (handle) => `${reach.home(homeOf(handle))}/@${acctOf(handle).name}`,
    }
  },
})
