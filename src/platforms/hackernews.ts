import { z } from 'zod'
import { jsonOf, type Answer } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, present } from '../core/verdict.ts'
import { GONE_FOR_GOOD } from './gone.ts'
import { definePlatform } from './kind.ts'
import { eachAlone, isLabelledJson, randomName, reading, under, unread } from './reading.ts'
import { baseAddress } from './settings.ts'

const HANDLE = /^[A-Za-z\d_-]{2,32}$/

/**
 * Hacker News through its official interface (github.com/HackerNews/API). A name is all the identity there is: no id
 * stands behind it, and it means another account in another letter case.
 */
export const hackernews = definePlatform({
  id: 'hackernews',
  title: 'Hacker News',
  settings: z.strictObject({
    api: baseAddress('https://hacker-news.firebaseio.com', 'Base address of the public interface.'),
  }),
  defaults: {
    controls: { known: ['pg'] },
    // It names no limit; an account's answer lists everything it ever wrote.
    budget: { requests: 300, windowMs: 5 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 4,
  },
  handleIs: 'letters, digits, hyphens and underscores, in their own letter case, such as pg',
  stableId: null,
  cannot:
    'A banned account may answer like an active one; one that never wrote in public is not found, nor is one that the moderators have renamed.',
  looks: {
    user: {
      words: 'by its name',
      takes: 1,
      trust: 'medium',
      says: [GONE_FOR_GOOD],
    },
  },
  publicLook: 'user',
  handle: (raw) => (HANDLE.test(raw) ? raw : null),
  connect({ api }) {
    return {
      asks: {
        user: eachAlone(async (account, ask) =>
          read(account, await ask({ url: under(api, `/v0/user/${encodeURIComponent(account.handle)}.json`) })),
        ),
      },
      nobody: () => randomName(15),
      bases: [api],
      profileUrl: (handle) => `https://news.ycombinator.com/user?id=${handle}`,
    }
  },
})

const User = z.object({ id: z.string() })

function read({ handle }: Asked, answer: Answer): Reading {
  const body = answer.status === 200 && isLabelledJson(answer) ? jsonOf(answer) : undefined
  if (body === null) return reading(absent(...GONE_FOR_GOOD), 'null', answer)
  const isThere = User.safeParse(body).data?.id === handle
  return isThere ? reading(present({ id: null, handle }), 'id', answer) : unread(answer)
}
