import { isWall, type Answer, type Ask } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { present } from '../../core/verdict.ts'
import { copyOf, reading, under, unread } from '../reading.ts'

/**
 * The stories of an account as RSS (help.medium.com, "Using RSS feeds"). Whoever has a feed is there; what it looks
 * like without one, nobody has written down.
 */
export async function feedOf(base: string, account: Asked, ask: Ask): Promise<Reading> {
  const answer = await ask({ url: under(base, `/feed/@${encodeURIComponent(account.handle)}`) })
  const id = answer.status === 200 && !isWall(answer) ? ownerOf(answer, account.handle) : null
  return id === null ? unread(answer) : reading(present({ id, handle: account.handle }), 'channel link', answer)
}

/** What stands before the stories is a few hundred bytes. */
const HEAD = 20_000

/** The link of the channel leads to its owner's page and names their id. */
const LINK = /<link>\s*(https?:\/\/[^\s<>?]{1,300})\?source=rss-([\da-f]{1,32})-+2\s*<\/link>/

const STARTS = /^\s*(?:<\?xml[^<>]{0,200}\?>\s*)?<rss[\s>]/

function ownerOf({ text }: Answer, handle: string): string | null {
  if (!STARTS.test(text.slice(0, 1_000)) || !/<\/rss>\s*$/.test(text.slice(-100))) return null
  const [head = ''] = text.slice(0, HEAD).split('<item>', 1)
  const [, link = '', id = null] = LINK.exec(head) ?? []
  // Those with an address of their own are linked to by that, which does not hold the name.
  const named = /^\/@([^/]+)\/?$/.exec(URL.parse(link)?.pathname ?? '')?.[1]
  const isTheirs = named === undefined || named.toLowerCase() === handle.toLowerCase()
  return id === null || !isTheirs ? null : copyOf(id)
}
