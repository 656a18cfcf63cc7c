import { z } from 'zod'
import { DURATION, parseDuration } from '../core/durations.ts'
import { iso } from '../core/json.ts'
import { matterOf, type Matter } from '../core/matter.ts'
import { links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { accountOf, platformOf, scopeName } from '../core/transition.ts'
import { cleanName } from '../core/words.ts'
import { apart } from './apart.ts'
import { base, BaseUrl } from './base.ts'
import { defineChannel } from './kind.ts'
import { unmarked } from './markdown.ts'
import { DAY, unpagedOutcome } from './outcome.ts'
import { outageUrl, plainFacts, plainTitle, tame } from './plain.ts'
import { post } from './post.ts'
import { createReplicas } from './replicas.ts'

const EVERY = 'a duration such as 30s, well inside the resolve_timeout of Alertmanager'

const Target = z.strictObject({
  urls: z
    .array(BaseUrl)
    .min(1)
    .meta({ description: 'Base address of every replica, such as http://alertmanager-0:9093' }),
  repeat: z
    .string({ error: EVERY })
    .regex(DURATION, EVERY)
    .refine((text) => parseDuration(text) !== null, EVERY)
    .optional()
    .meta({ preset: '1m', examples: ['30s'], description: 'How often firing alerts are sent again' }),
})

/** Short, since replicas are near: while one is waited for, the others do not get their repetitions. */
const DEADLINE = 5_000
const LABEL = 512
const SUMMARY = 500
const DESCRIPTION = 8_000

/**
 * Prometheus Alertmanager, API v2 (github.com/prometheus/alertmanager, docs/alerts_api.md). Every replica gets
 * everything, since they share what they have notified of and not what fires. They know an alert by its labels, so that
 * sending it again does no harm; they forget one that is not sent again, which the repetitions are for.
 *
 * A notice is tried again until every replica has taken it, but for a replica that stays away only twice: an alert is
 * not repeated before its notice counts as delivered, and the replicas that have it would then take it for resolved.
 * The repetitions go to all replicas, so that one that comes back gets it as well.
 */
export const alertmanager = defineChannel({
  id: 'alertmanager',
  single: true,
  target: Target,
  connect({ urls, repeat = '1m' }) {
    const alerts = urls.map((url) => `${base(url)}/api/v2/alerts`)
    const amount = createReplicas()
    return {
      id: 'alertmanager',
      expiresMs: DAY,
      alerts: true,
      // What it shows of an alert is what it was sent last.
      updates: true,
      repeatMs: parseDuration(repeat) ?? 60_000,
      async deliver(notice, ask, now) {
        const json = apart(notice).map(alertOf)
        const tries = alerts.map(async (url) =>
          unpagedOutcome(await post(ask, { url, json, deadlineMs: DEADLINE }), now),
        )
        return amount(notice.id, await Promise.allSettled(tries))
      },
    }
  },
})

/**
 * Twice the `group_wait` that a server has by default: the alert still has to fire when the server tells of it, ms.
 */
const DRILL_LASTS = 60_000

/** Without an end it fires until the server's `resolve_timeout`: by its own clock, whatever ours says. */
function alertOf(notice: Notice) {
  const matter = matterOf(notice.transition)
  const { since, endedAt } = matter
  const lasts = notice.drill === true ? DRILL_LASTS : 0
  return {
    labels: labelsOf(notice, matter),
    annotations: annotationsOf(notice),
    startsAt: iso(since),
    ...(endedAt === null ? {} : { endsAt: iso(Math.max(since, endedAt) + lasts) }),
    generatorURL: outageUrl(notice),
  }
}

function annotationsOf(notice: Notice): Readonly<Record<string, string>> {
  const profile = links(notice).find(({ label }) => label === 'Profile')?.url
  return {
    summary: plainTitle(notice, SUMMARY),
    description: plainFacts(notice, DESCRIPTION),
    ...(profile === undefined ? {} : { profile: unmarked(profile) }),
  }
}

const NAMES = { outage: 'AccountGone', sight: 'SightLost', storm: 'PlatformTroubled', reach: 'SubscriberLost' } as const

/**
 * Its identity: only what stays the same from the first notice to the last, whatever the configuration says by then.
 */
function labelsOf({ transition, drill }: Notice, { kind, id }: Matter): Readonly<Record<string, string>> {
  const account = accountOf(transition)
  const platform = platformOf(transition)
  return {
    alertname: NAMES[kind],
    severity: kind === 'sight' ? 'warning' : 'critical',
    id,
    ...(drill === true ? { drill: 'true' } : {}),
    ...(platform === null ? {} : { platform: label(platform) }),
    ...(account === null ? {} : { account: label(account) }),
    ...('scope' in transition ? { scope: label(scopeName(transition.scope)) } : {}),
  }
}

const label = (text: string): string => tame(cleanName(text, LABEL))
