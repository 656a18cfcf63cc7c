import { z } from 'zod'
import { unclear, type Answer, type Ask, type AskRequest } from '../core/answer.ts'
import type { Reading } from '../core/platform.ts'
import { inconclusive } from '../core/verdict.ts'
import { bodyAs, reading } from './reading.ts'

/** The answer to a request that carried the app's token, or why there was no token for it. */
export type Granted =
  { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'no_token'; readonly reading: Reading }

/** Makes a request with the app's token; at most three requests. AskFaults pass through. */
export type AppToken = (request: (token: string) => AskRequest, ask: Ask) => Promise<Granted>

/**
 * The token of an app by the client-credentials grant (RFC 6749, section 4.4). It is held in memory, renewed before it
 * expires and once after a 401, and fetched by one request at a time, whoever waits for it.
 *
 * @param grant the request for a token, credentials in its headers or its form
 * @param now epoch ms
 */
export function createAppToken(grant: AskRequest, now: () => number = Date.now): AppToken {
  let held: Token | null = null
  let fetching: Promise<Token | Reading> | null = null

  const current = (): Token | null => (held !== null && now() < held.until ? held : null)

  async function fetchToken(ask: Ask): Promise<Token | Reading> {
    const answer = await ask(grant)
    const body = answer.status === 200 ? bodyAs(Grant, answer) : null
    if (body === null) return refused(answer)
    held = { text: body.access_token, until: now() + freshFor(body.expires_in * 1000) }
    return held
  }

  function fetchOnce(ask: Ask): Promise<Token | Reading> {
    fetching ??= fetchToken(ask).finally(() => {
      fetching = null
    })
    return fetching
  }

  return async (request, ask) => {
    const known = current()
    if (known !== null) {
      const answer = await ask(request(known.text))
      if (answer.status !== 401) return { kind: 'answer', answer }
      // Another look may have renewed it meanwhile.
      if (held === known) held = null
    }
    const token = current() ?? (await fetchOnce(ask))
    if (!('text' in token)) return { kind: 'no_token', reading: token }
    return { kind: 'answer', answer: await ask(request(token.text)) }
  }
}

type Token = { readonly text: string; readonly until: number }

const Grant = z.object({
  // It goes into a header: whatever cannot stand there is no token.
  access_token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  expires_in: z.number().positive(),
})

/** Renewed when a tenth of its life is left, but never sooner than five minutes before its end. */
const freshFor = (lifeMs: number): number => lifeMs - Math.min(lifeMs / 10, 5 * 60_000)

const Refusal = z.object({
  error: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
})

/** What the grant's own errors and Twitch's words ("invalid client", "invalid client secret") say of our credentials. */
const OURS = /^(?:invalid_client|unauthorized_client|invalid_grant|invalid client(?: secret)?)$/

/** The answer itself is never kept: it may hold a token that only came in an odd shape. */
function refused(answer: Answer): Reading {
  const { error, message } = bodyAs(Refusal, answer) ?? {}
  const words = [error, message].find((word) => word !== undefined && OURS.test(word))
  const marker = `no app token: ${answer.status}${words === undefined ? '' : `, ${words}`}`
  return reading(words === undefined ? unclear(answer) : inconclusive('unauthorized'), marker, null)
}
