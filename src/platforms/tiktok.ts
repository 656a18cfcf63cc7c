import { z } from 'zod'
import { looksLikeHtml, type Answer, type Ask } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, present } from '../core/verdict.ts'
import { GONE_SOMEHOW } from './gone.ts'
import { definePlatform } from './kind.ts'
import { blindBy, bodyAs, eachAlone, Name, profile, randomName, reading, under, unread, withoutAt } from './reading.ts'
import { baseAddress } from './settings.ts'

const HANDLE = /^(?!\d+$)[a-z0-9_.]{1,23}[a-z0-9_]$/

/** TikTok as its interface for embedding (oEmbed) shows a profile; every other open way is walled most of the time. */
export const tiktok = definePlatform({
  id: 'tiktok',
  title: 'TikTok',
  settings: z.strictObject({ site: baseAddress('https://www.tiktok.com', 'Base address of the site.') }),
  defaults: {
    controls: { known: ['tiktok'] },
    // No limit is published.
    budget: { requests: 60, windowMs: 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: '2 to 24 letters, digits, underscores and dots such as charlidamelio',
  stableId: null,
  cannot: 'One that has turned private answers like one that is gone, and there is no stable id to tell a rename by.',
  looks: { embed: { words: 'as an embedded profile', takes: 1, trust: 'low', says: [GONE_SOMEHOW] } },
  publicLook: 'embed',
  handle(raw) {
    const handle = withoutAt(raw).toLowerCase()
    return HANDLE.test(handle) ? handle : null
  },
  connect({ site }) {
    return {
      asks: { embed: eachAlone((account, ask) => look(site, account, ask)) },
      nobody: () => randomName(24),
      bases: [site],
      profileUrl,
    }
  },
})

const profileUrl = (handle: string): string => `https://www.tiktok.com/@${handle}`

const Body = z.object({
  author_unique_id: z.string().optional(),
  author_url: z.string().optional(),
  author_name: Name,
  code: z.unknown().optional(),
})

async function look(site: string, { handle }: Asked, ask: Ask): Promise<Reading> {
  const answer = await ask({ url: under(site, `/oembed?url=${encodeURIComponent(profileUrl(handle))}`) })
  const body = bodyAs(Body, answer)
  const author = body?.author_unique_id ?? /\/@([\w.]{1,64})(?:[/?#]|$)/.exec(body?.author_url ?? '')?.[1]
  if (answer.status === 200 && body?.code === undefined && author?.toLowerCase() === handle.toLowerCase()) {
    return reading(present({ id: null, handle, ...profile(body?.author_name, null) }), 'author', answer)
  }
  if (answer.status === 400 && body?.code === 400 && author === undefined) {
    return reading(absent(...GONE_SOMEHOW), '"code":400', answer)
  }
  return isShell(answer) ? blindBy('blocked', 'a page of its own in place of an answer', answer) : unread(answer)
}

/** The page without content that plain clients get for every name, in place of whatever they asked for. */
const isShell = ({ status, text }: Answer): boolean => status === 200 && looksLikeHtml(text) && /tiktok/i.test(text)
