import { z } from 'zod'
import type { Asked, Trust } from '../core/platform.ts'
import { acctOf, handleOf, homeOf } from './fediverse/acct.ts'
import { NODEINFO_REQUESTS } from './fediverse/nodeinfo.ts'
import { createReach, hosts } from './fediverse/reach.ts'
import { FINGER_REQUESTS } from './fediverse/webfinger.ts'
import { definePlatform, type IdForm } from './kind.ts'
import { actor } from './mastodon/actor.ts'
import { lookup } from './mastodon/lookup.ts'
import { createServers, isTruth } from './mastodon/servers.ts'
import { byNumber } from './mastodon/truth.ts'
import { webfinger } from './mastodon/webfinger.ts'
import { eitherWay, foundByName, numbered, randomName } from './reading.ts'

const trustAt = (home: string): Trust => (isTruth(home) ? 'low' : 'high')

const ACTOR: IdForm = {
  pattern: /^https?:\/\/[^\s/]+\/\S+$/,
  words: 'https://mastodon.social/users/Gargron or the like',
}

/**
 * Mastodon and what is written like it: Pleroma, Akkoma, GoToSocial, snac, Truth Social. Only an account's own server
 * is asked: every other one shows a copy of it, and what its own moderators think of it.
 */
export const mastodon = definePlatform({
  id: 'mastodon',
  title: 'Mastodon',
  settings: z.strictObject({ hosts }),
  defaults: {
    // One of them may go; that both do at once is not to be believed.
    controls: { known: ['Gargron@mastodon.social', 'Mastodon@mastodon.social'] },
    // What each server allows one address, and how it counts (docs.joinmastodon.org/api/rate-limits).
    budget: { requests: 300, windowMs: 5 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 8,
  },
  handleIs: 'a name at a server such as Gargron@mastodon.social',
  stableId: 'the actor’s address',
  idForm: (handle) => (isTruth(homeOf(handle)) ? numbered('107780257626128497')() : ACTOR),
  cannot:
    'A deleted account answers like a suspended one; servers that show accounts only to members are seen by their pages, which do not tell of a move; snac tells of none.',
  looks: {
    lookup: {
      words: 'on its server',
      takes: 1,
      trust: 'high',
      trustAt,
      says: [
        ['suspended', 'deleted'],
        ['not_found', 'deleted'],
        ['not_found', 'suspended', 'deleted'],
        ['not_found', 'deactivated', 'suspended', 'deleted'],
        ['renamed'],
      ],
      requests: FINGER_REQUESTS + NODEINFO_REQUESTS + 2,
      usually: 1,
    },
    actor: {
      words: 'by its id',
      takes: 1,
      trust: 'high',
      trustAt,
      says: [['suspended', 'deleted'], ['not_found', 'deleted'], ['not_found', 'suspended', 'deleted'], ['renamed']],
      requests: FINGER_REQUESTS + 1 + NODEINFO_REQUESTS,
      usually: 1,
      needsId: true,
    },
    webfinger: {
      words: 'by WebFinger',
      takes: 1,
      trust: 'high',
      trustAt,
      says: [
        ['suspended', 'deleted'],
        ['not_found', 'deleted'],
        ['not_found', 'suspended', 'deleted'],
      ],
      requests: FINGER_REQUESTS + NODEINFO_REQUESTS + 1,
      usually: 2,
    },
  },
  publicLook: 'lookup',
  handle: handleOf,
  homeOf,
  connect({ hosts: named }) {
    const reach = createReach(named)
    const network = { reach, servers: createServers(reach, () => performance.now()) }
    const byName = { lookup: lookup(network), webfinger: webfinger(network) }
    return {
      asks: {
        ...byName,
        actor: eitherWay(
          ({ handle }: Asked) => isTruth(homeOf(handle)),
          foundByName(byName.lookup, byNumber(network)),
          foundByName(byName.webfinger, actor(network)),
        ),
      },
      // As long as a name may be there and random: nobody has it.
      nobody: (home) => `${randomName(30)}@${home}`,
      bases: Object.values(named),
      profileUrl: (handle) => `${reach.home(homeOf(handle))}/@${acctOf(handle).name}`,
    }
  },
})
