import { z } from 'zod'
import { isWall, type Answer, type Ask } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, present } from '../core/verdict.ts'
import { GONE_SOMEHOW } from './gone.ts'
import { definePlatform } from './kind.ts'
import {
  copyOf,
  Count,
  eachAlone,
  isWholePage,
  profile,
  randomName,
  reading,
  under,
  unread,
  withoutAt,
} from './reading.ts'
import { baseAddress } from './settings.ts'

/** 4 characters only where a name was bought; no two underscores in a row and none at the end. */
const HANDLE = /^[A-Za-z](?!.*__)[A-Za-z0-9_]{2,30}[A-Za-z0-9]$/

/** Telegram's people, bots, groups and channels, as the page of their public name shows them. */
export const telegram = definePlatform({
  id: 'telegram',
  title: 'Telegram',
  settings: z.strictObject({ site: baseAddress('https://t.me', 'Base address of the pages.') }),
  defaults: {
    controls: { known: ['telegram'] },
    // No limit is published; a page a second is what one curious person might open.
    budget: { requests: 60, windowMs: 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: 'up to 32 letters, digits and underscores such as durov',
  stableId: null,
  // An address may come back in a redirect, and headers of an answer are kept as evidence.
  cannot:
    'A name that is gone looks the same whether its account was suspended, deleted or renamed, and a page that is hidden may look like it; there is no stable id, since the Bot API, which knows channels by theirs, wants its token in the address.',
  looks: {
    page: {
      words: 'on its page',
      takes: 1,
      trust: 'medium',
      says: [GONE_SOMEHOW],
    },
  },
  publicLook: 'page',
  handle(raw) {
    const handle = withoutAt(raw)
    return HANDLE.test(handle) ? handle : null
  },
  connect({ site }) {
    return {
      asks: { page: eachAlone((account, ask) => look(site, account, ask)) },
      nobody: () => randomName(32),
      bases: [site],
      profileUrl: (handle) => `https://t.me/${handle}`,
    }
  },
})

async function look(base: string, { handle }: Asked, ask: Ask): Promise<Reading> {
  const answer = await ask({ url: under(base, `/${encodeURIComponent(handle)}`) })
  const page = answer.status === 200 && !isWall(answer) && isWholePage(answer) ? pageOf(answer) : null
  if (page === null || page.handle.toLowerCase() !== handle.toLowerCase() || page.isCard === page.isContact) {
    return unread(answer)
  }
  if (page.isCard) {
    return reading(present({ id: null, handle: page.handle, ...profile(page.name, page.followers) }), EXTRA, answer)
  }
  // People can hide their page, which then asks visitors to contact them, too; only nobody's is kept off search engines.
  return page.isUnlisted ? reading(absent(...GONE_SOMEHOW), UNLISTED, answer) : unread(answer)
}

const EXTRA = 'tgme_page_extra'
const UNLISTED = 'noindex, nofollow'

/** Where a page says whose it is; not every page has every one of them. */
const NAMED = [
  /<title>Telegram: [A-Za-z]{1,20} @(\w{1,64})<\/title>/,
  /property="al:ios:url" content="tg:\/\/resolve\?domain=(\w{1,64})["&]/,
  /property="og:title" content="Telegram: Contact @(\w{1,64})"/,
  /class="tgme_page_extra"[^<>]{0,80}>\s{0,40}@(\w{1,64})\s{0,40}</,
]

type Page = {
  /** Whom the page opens in the app. */
  readonly handle: string
  readonly name: string | undefined
  readonly followers: number | undefined
  /** It shows a name, and under it an audience or the handle. */
  readonly isCard: boolean
  /** It only tells how to write to whoever may have this name. */
  readonly isContact: boolean
  /** It is kept off search engines, and tells nothing of anybody. */
  readonly isUnlisted: boolean
}

/**
 * What a page of t.me holds; null when it is none about a name. People's own words on it cannot hold a mark: their
 * brackets and quotes are escaped. Every expression is bounded, for pages that are not what they seem.
 */
function pageOf({ text }: Pick<Answer, 'text'>): Page | null {
  const handle = NAMED.map((mark) => mark.exec(text)?.[1]).find((name) => name !== undefined)
  if (handle === undefined) return null
  const title = /<meta property="og:title" content="([^"<>]{1,640})"/.exec(text)?.[1]
  const extra = /class="tgme_page_extra"[^<>]{0,80}>([^<>]{1,200})</.exec(text)?.[1]
  const hasExtra = text.includes('class="tgme_page_extra"')
  return {
    handle: copyOf(handle),
    name: title === undefined ? undefined : copyOf(plain(title)),
    followers: extra === undefined ? undefined : audience(extra),
    isCard: hasExtra && text.includes('class="tgme_page_title"'),
    isContact: title?.startsWith('Telegram: Contact @') === true && text.includes('you can contact'),
    isUnlisted: !hasExtra && text.includes('<meta name="robots" content="noindex, nofollow"'),
  }
}

/** "10 612 280 subscribers", "1 200 members, 30 online". */
function audience(extra: string): number | undefined {
  const digits = /^\s*(\d[\d\s]{0,20}) (?:subscriber|member)s?\b/.exec(extra)?.[1]
  return Count.parse(digits === undefined ? undefined : Number(digits.replace(/\s/g, '')))
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#039': "'" }

const plain = (html: string): string => html.replace(/&(\w+|#\d+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
