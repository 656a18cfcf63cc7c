import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, present, type Cause } from '../../core/verdict.ts'
import {
  blindBy,
  bodyAs,
  eachAlone,
  eitherWay,
  fewOf,
  Name,
  profile,
  reading,
  shownBy,
  under,
  unread,
} from '../reading.ts'
import { asWatched, CHANNEL, handleIn, isChannel } from './handle.ts'

/** The Data API's interface to channels: its base address and our key. */
export type Door = { readonly api: string; readonly key: string }

/**
 * Channels through the Data API. Fifty go into one request where their ids are known; a handle takes a request of its
 * own, which it needs only once: from then on it is pinned.
 */
export const api = (door: Door): Look['ask'] =>
  eitherWay((account) => channelOf(account) !== null, byId(door), eachAlone(byHandle(door)))

const channelOf = ({ handle, id }: Asked): string | null => [id ?? '', handle].find(isChannel) ?? null

/** An id does not prove where a handle leads: the handle that the channel has now is found in the answer. */
const byId =
  (door: Door): Look['ask'] =>
  async (accounts, ask) => {
    const ids = [...new Set(accounts.flatMap((account) => channelOf(account) ?? []))]
    const answer = await channels(door, `id=${ids.map(encodeURIComponent).join(',')}`, ask)
    const found = foundIn(answer)
    const shown = found === null ? null : shownBy(ids, found, ({ id }) => id)
    if (shown === null) return accounts.map(() => unseen(answer))
    return accounts.map((account) => {
      const channel = shown.get(channelOf(account) ?? '')
      if (channel === undefined) return missing(answer)
      return here(channel, isChannel(account.handle) ? channel.id : handleOf(channel, account.handle), answer)
    })
  }

const byHandle =
  (door: Door) =>
  async ({ handle }: Asked, ask: Ask): Promise<Reading> => {
    const answer = await channels(door, `forHandle=${encodeURIComponent(handle)}`, ask)
    const found = foundIn(answer)
    if (found === null || found.length > 1) return unseen(answer)
    const [channel] = found
    if (channel === undefined) return missing(answer)
    return here(channel, (handleOf(channel, handle) ?? handle) === handle ? handle : null, answer)
  }

function handleOf({ snippet }: Channel, watched: string): string | null {
  const found = handleIn(snippet.customUrl)
  return found === null ? null : asWatched(found, watched)
}

const FIELDS =
  'kind,nextPageToken,pageInfo,items(id,snippet(title,customUrl),statistics(subscriberCount,hiddenSubscriberCount))'

/** Without `maxResults` five channels come back, however many were asked about. */
const channels = ({ api, key }: Door, filter: string, ask: Ask): Promise<Answer> =>
  ask({
    url: under(api, `/youtube/v3/channels?part=id,snippet,statistics&maxResults=50&fields=${FIELDS}&${filter}`),
    headers: { 'x-goog-api-key': key, accept: 'application/json' },
  })

type Channel = z.infer<typeof Channel>
const Channel = z.object({
  id: z.string().regex(CHANNEL),
  snippet: z.object({ title: Name, customUrl: z.string().optional() }),
  statistics: z
    .object({
      subscriberCount: z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number)
        .optional(),
      hiddenSubscriberCount: z.boolean().optional(),
    })
    .optional()
    .catch(undefined),
})

const List = z.object({
  kind: z.literal('youtube#channelListResponse'),
  pageInfo: z.object({ totalResults: z.int().nonnegative() }),
  nextPageToken: z.never().optional(),
  items: fewOf(50, Channel).default([]),
})

/** The channels in a whole answer, or null: in any other nobody is missing for certain. */
function foundIn(answer: Answer): readonly Channel[] | null {
  const list = answer.status === 200 ? bodyAs(List, answer) : null
  return list === null || list.pageInfo.totalResults !== list.items.length ? null : list.items
}

const missing = (answer: Answer): Reading =>
  reading(absent('not_found', 'suspended', 'deleted'), 'not in items', answer)

function here({ id, snippet, statistics }: Channel, handle: string | null, answer: Answer): Reading {
  if (handle === null) return unread(answer, 'snippet.customUrl')
  const followers = statistics?.hiddenSubscriberCount === true ? undefined : statistics?.subscriberCount
  return reading(present({ id, handle, ...profile(snippet.title, followers) }), 'items', answer)
}

const reasons = fewOf(20, z.object({ reason: z.string().optional().catch(undefined) }))
  .optional()
  .catch(undefined)
const Refusal = z.object({ error: z.object({ errors: reasons, details: reasons }) })

/** Reasons of refusals that are about our key or its quota (developers.google.com/youtube/v3/docs/errors). */
const CAUSES: ReadonlyMap<string, Cause> = new Map([
  ...['quotaExceeded', 'rateLimitExceeded', 'dailyLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'].map(
    (reason) => [reason, 'rate_limited'] as const,
  ),
  ...['keyInvalid', 'keyExpired', 'API_KEY_INVALID', 'accessNotConfigured', 'SERVICE_DISABLED', 'ipRefererBlocked'].map(
    (reason) => [reason, 'unauthorized'] as const,
  ),
])

function unseen(answer: Answer): Reading {
  const { errors = [], details = [] } = (answer.status === 200 ? null : bodyAs(Refusal, answer)?.error) ?? {}
  for (const { reason = '' } of [...errors, ...details]) {
    const cause = CAUSES.get(reason)
    if (cause !== undefined) return blindBy(cause, reason, answer)
  }
  return unread(answer)
}
