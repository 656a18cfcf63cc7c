import { z } from 'zod'
import { definePlatform } from './kind.ts'
import { feedOf } from './medium/feed.ts'
import { HANDLE, profileOf } from './medium/profile.ts'
import { eachAlone, randomName, under, withoutAt } from './reading.ts'
import { baseAddress } from './settings.ts'

/** Medium, by what its own pages load; it keeps no public interface. Its anti-bot pages stand before real accounts, too. */
export const medium = definePlatform({
  id: 'medium',
  title: 'Medium',
  settings: z.strictObject({ api: baseAddress('https://medium.com', 'Base address of Medium.') }),
  defaults: {
    controls: { known: ['MediumStaff', 'Medium'] },
    // It names no limit, and has been seen to answer 429 soon.
    budget: { requests: 120, windowMs: 15 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 1,
  },
  handleIs: 'letters, digits, underscores, dots and hyphens such as MediumStaff',
  stableId: 'the user id',
  idForm: () => ({ pattern: /^[\w-]{1,64}$/, words: 'letters and digits such as 504c7870fdb6' }),
  cannot: 'Accounts that left long ago, and some suspended ones, answer as if they had never been.',
  looks: {
    profile: {
      words: 'on its page',
      takes: 1,
      trust: 'medium',
      says: [
        ['suspended'],
        ['deactivated', 'deleted'],
        ['not_found', 'suspended', 'deleted'],
        ['not_found', 'suspended', 'deleted', 'renamed'],
      ],
      requests: 2,
      usually: 1,
    },
    feed: { words: 'by its feed', takes: 1, trust: 'low', says: [] },
  },
  publicLook: 'profile',
  handle(raw) {
    const handle = withoutAt(raw)
    return HANDLE.test(handle) ? handle : null
  },
  connect({ api }) {
    return {
      asks: {
        profile: eachAlone((account, ask) => profileOf(api, account, ask)),
        feed: eachAlone((account, ask) => feedOf(api, account, ask)),
      },
      nobody: () => randomName(30),
      bases: [api],
      profileUrl: (handle) => under(api, `/@${handle}`),
    }
  },
})
