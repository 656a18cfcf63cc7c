import { isWall, type Answer, type Ask } from '../../core/answer.ts'
import type { Look, Reading } from '../../core/platform.ts'
import { absent, inconclusive, present, type Identity, type Verdict } from '../../core/verdict.ts'
import { eachAlone, isWholePage, profile, reading, under, unread } from '../reading.ts'
import { asWatched, isChannel } from './handle.ts'
import { dataIn, type PageData } from './page-data.ts'

/**
 * The channel's page, as visitors see it in English. A handle that leads nowhere does not say what became of the
 * channel; where its id is known, the page at the id is asked for that.
 */
export const page = (site: string): Look['ask'] =>
  eachAlone(async ({ handle, id }, ask) => {
    const seen = await look(site, { at: handle, watched: handle }, ask)
    const isLost = seen.verdict.kind === 'absent' && seen.verdict.because.includes('not_found')
    if (!isLost || id === null || !isChannel(id) || isChannel(handle)) return seen
    return behind(seen, handle, await look(site, { at: id, watched: handle }, ask))
  })

/** What became of a channel whose handle leads nowhere, when its page at its id shows this. */
function behind(lost: Reading, handle: string, there: Reading): Reading {
  if (there.verdict.kind !== 'present') return there
  const { identity } = there.verdict
  if (identity.handle.toLowerCase() === handle.toLowerCase()) {
    return { ...lost, verdict: inconclusive('unreadable'), marker: 'the channel claims the handle that leads nowhere' }
  }
  return { ...there, verdict: { kind: 'absent', because: ['renamed'], now: identity } }
}

/** A page by the handle or channel id it is at, and the handle it is asked for. */
type Target = { readonly at: string; readonly watched: string }

/** These pages have grown over a megabyte. */
const MAX_BYTES = 4 * 1024 * 1024

async function look(site: string, target: Target, ask: Ask): Promise<Reading> {
  const { at } = target
  const url = under(site, `${isChannel(at) ? `/channel/${at}` : `/@${encodeURIComponent(at.slice(1))}`}?hl=en`)
  const answer = await ask({ url, headers: { 'accept-language': 'en' }, maxBytes: MAX_BYTES })
  // Which status an alert comes with is not established.
  const isPage = (answer.status === 200 || answer.status === 404) && !isWall(answer) && isWholePage(answer)
  const signs = isPage ? signsIn(answer, target) : []
  const [sign] = signs
  // None and we do not know the page; more than one and they contradict each other.
  if (sign === undefined) return unread(answer)
  if (signs.length > 1) return unread(answer, signs.map(({ marker }) => marker).join(' and '))
  return reading(sign.verdict, sign.marker, answer)
}

type Sign = { readonly verdict: Verdict; readonly marker: string }

/** Everything on the page that says whether there is a channel. */
function signsIn(answer: Answer, target: Target): readonly Sign[] {
  const data = dataIn(answer.text)
  const here = data === null ? null : identityIn(data, target)
  return [
    ...(here === null ? [] : [{ verdict: answer.status === 200 ? present(here) : UNCLEAR, marker: 'channel' }]),
    ...(data?.alerts ?? []).map((alert) => ({ verdict: alertSays(alert), marker: alert })),
    ...(data?.isHome === true ? [{ verdict: GONE, marker: 'the home page' }] : []),
    ...(answer.status === 404 && NOT_FOUND.test(answer.text) ? [{ verdict: GONE, marker: '404 Not Found' }] : []),
  ]
}

const NOT_FOUND = /<title>\s*404 Not Found\s*<\/title>/

const UNCLEAR = inconclusive('unreadable')

/** Whether the page at a terminated channel's handle is another one is not established. */
const GONE = absent('not_found', 'suspended', 'deleted')

/** The texts that NewPipeExtractor (2026-07) and yt-dlp know; a channel deleted by its owner never existed. */
function alertSays(alert: string): Verdict {
  if (/^This (?:account has been terminated|channel was removed because it violated)/.test(alert)) {
    return absent('suspended')
  }
  return alert === 'This channel does not exist.' ? absent('not_found', 'deleted') : UNCLEAR
}

/** Whoever the page shows; null when it shows nobody, or another channel than the one it is the address of. */
function identityIn({ channel, isAgeGated }: PageData, { at, watched }: Target): Identity | null {
  // The gate does not name who is behind it.
  if (channel === null) return isAgeGated ? { id: isChannel(at) ? at : null, handle: watched } : null
  if (isChannel(at) && channel.id !== at) return null
  return {
    id: channel.id,
    handle: isChannel(watched) ? channel.id : asWatched(channel.handle ?? at, watched),
    ...profile(channel.title, undefined),
  }
}
