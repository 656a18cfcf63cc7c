import { isWall, looksLikeHtml, type Answer, type Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import { absent } from '../../core/verdict.ts'
import { isSameName } from '../fediverse/acct.ts'
import { isWholePage, reading, unread } from '../reading.ts'

/** A profile page, as visitors get it. */
export type Page = { readonly kind: 'shown' | 'gone' | 'unclear'; readonly reading: Reading }

/**
 * Asks for a profile page.
 *
 * @param accts `name@host`, for each host by which the server may call the account
 * @param software as its nodeinfo says
 */
export async function pageAt(url: string, accts: readonly string[], software: string, ask: Ask): Promise<Page> {
  const answer = await ask({ url, headers: { accept: 'text/html' } })
  if (isWall(answer) || !looksLikeHtml(answer.text) || !isWholePage(answer)) return unclear(answer)
  if (answer.status === 200 && accts.some((acct) => isTitled(acct, answer))) return unclear(answer, 'shown')
  const gone = absence(answer, software)
  return gone === null ? unclear(answer) : { kind: 'gone', reading: gone }
}

const unclear = (answer: Answer, kind: 'shown' | 'unclear' = 'unclear'): Page => ({ kind, reading: unread(answer) })

/** `Eugen Rochko (@Gargron@mastodon.social) - Mastodon`, `alice, @alice@social.test` */
function isTitled(acct: string, { text }: Answer): boolean {
  const title = /<title>([^<]{0,1000})<\/title>/.exec(text)?.[1] ?? ''
  return title.split(/[^\w.@:-]+/).some((word) => isSameName(word, `@${acct}`))
}

/** Mastodon's own page for every error, by which it differs from that of anything that stands before it. */
const MASTODON = /<body class=['"]error['"]>\s{0,99}<div class=['"]dialog['"]>/
const GOTOSOCIAL = /\b404: (?:Page )?Not Found\b/

function absence(answer: Answer, software: string): Reading | null {
  const { status, text } = answer
  if (MASTODON.test(text)) {
    if (status === 404) return reading(absent('not_found', 'deleted'), 'error page 404', answer)
    // 403 while a suspension, or the owner's own wish to leave, can be taken back; then 410.
    const isGone = status === 403 || status === 410
    return isGone ? reading(absent('suspended', 'deleted'), `error page ${status}`, answer) : null
  }
  // Suspended and deleted accounts have no page there either, although WebFinger still leads to them.
  const isMissing = software === 'gotosocial' && status === 404 && GOTOSOCIAL.test(text)
  return isMissing ? reading(absent('not_found', 'suspended', 'deleted'), '404: Not Found', answer) : null
}
