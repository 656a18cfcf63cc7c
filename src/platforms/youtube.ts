import { z } from 'zod'
import { definePlatform } from './kind.ts'
import { randomName } from './reading.ts'
import { baseAddress, credential } from './settings.ts'
import { api } from './youtube/api.ts'
import { CHANNEL, handleOf, isChannel } from './youtube/handle.ts'
import { page } from './youtube/page.ts'

/** Channels, by the Data API (v3) and by the pages that visitors see. */
export const youtube = definePlatform({
  id: 'youtube',
  title: 'YouTube',
  settings: z.strictObject({
    key: credential('Key of a Google Cloud project with the YouTube Data API v3.'),
    api: baseAddress('https://www.googleapis.com', 'Base address of the YouTube Data API.'),
    site: baseAddress('https://www.youtube.com', 'Base address of the channel pages.'),
  }),
  defaults: {
    controls: { known: ['@YouTube'] },
    // The quota a project has by default: 10,000 units a day, one a request. Requests for pages cost no units, but are
    // counted in the same budget.
    budget: { requests: 10_000, windowMs: 24 * 60 * 60_000 },
    spendPerDay: null,
    timeoutMs: 15_000,
    concurrency: 2,
  },
  handleIs: 'a handle such as @NASA, or a channel id such as UCLA_DiR1FfKNvjuUpBHmylQ',
  stableId: 'the channel id',
  idForm: () => ({ pattern: CHANNEL, words: 'UC and 22 more characters such as UCLA_DiR1FfKNvjuUpBHmylQ' }),
  cannot:
    'The Data API leaves out missing, deleted and terminated channels alike; only the page tells terminated ones.',
  looks: {
    api: {
      words: 'through the Data API',
      takes: 50,
      trust: 'high',
      says: [['not_found', 'suspended', 'deleted']],
      // Fifty accounts that nobody has ever seen are asked by their handles, one a request; that happens once.
      requests: 50,
      usually: 1,
    },
    page: {
      words: 'on its page',
      takes: 1,
      trust: 'medium',
      says: [['suspended'], ['not_found', 'deleted'], ['not_found', 'suspended', 'deleted'], ['renamed']],
      requests: 2,
      usually: 1,
    },
  },
  publicLook: 'page',
  handle: handleOf,
  connect({ key, api: base, site }) {
    return {
      asks: { api: api({ api: base, key }), page: page(site) },
      // As long as a handle may be and random: about 149 bits, so nobody has it.
      nobody: () => `@${randomName(30)}`,
      bases: [base, site],
      profileUrl: (handle) =>
        isChannel(handle)
          ? `https://www.youtube.com/channel/${handle}`
          : `https://www.youtube.com/@${encodeURIComponent(handle.slice(1))}`,
    }
  },
})
