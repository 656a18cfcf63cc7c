import { z } from 'zod'
import { DURATION, parseDuration } from '../core/durations.ts'
import { iso } from '../core/json.ts'
import { matterOf, type Matter } from '../core/matter.ts'
import type { Notice } from '../core/notice.ts'
import { accountOf, platformOf, scopeName, type Transition } from '../core/transition.ts'
import { cleanName } from '../core/words.ts'
import { apart } from './apart.ts'
import { defineChannel } from './kind.ts'
import { DAY, outcomeOf } from './outcome.ts'
import { base, outageUrl, plainFacts, plainTitle, tame } from './plain.ts'
import { post } from './post.ts'
import { createReplicas } from './replicas.ts'

const EVERY = 'a duration such as 30s, well inside the resolve_timeout of Alertmanager'

const Target = z.strictObject({
  urls: z
    .array(
      z
        .url({ protocol: /^https?$/, abort: true })
        .refine((url) => new URL(url).username === '', 'an address without a user name'),
    )
    .min(1)
    .meta({ description: 'Base address of every replica, such as http://alertmanager-0:9093' }),
  repeat: z
    .string({ error: EVERY })
    .regex(DURATION, EVERY)
    .refine((text) => parseDuration(text) !== null, EVERY)
    .optional()
    .meta({ preset: '1m', examples: ['30s'], description: 'How often firing alerts are sent again' }),
})

/** It is near, or it is down: while one replica is waited for, the others wait for their repetitions. */
const DEADLINE = 5_000
const LABEL = 512
const SUMMARY = 500
const DESCRIPTION = 8_000

/**
 * Prometheus Alertmanager, API v2 (github.com/prometheus/alertmanager, docs/alerts_api.md). Every replica gets
 * everything, since they share what they have notified of and not what fires. They know an alert by its labels, so that
 * sending it again does no harm; they forget one that is not sent again, which the repetitions are for.
 *
 * A notice is tried again until every replica has taken it. One that stays away is waited for twice only: until it is
 * delivered an alert is not repeated, and those who took it would take it for resolved. The repetitions go to all of
 * them, whoever comes back.
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
      repeatMs: parseDuration(repeat) ?? 60_000,
      async deliver(notice, ask, now) {
        const json = apart(notice).map(alertOf)
        const tries = alerts.map(async (url) => outcomeOf(await post(ask, { url, json, deadlineMs: DEADLINE }), now))
        return amount(notice.id, await Promise.allSettled(tries))
      },
    }
  },
})

/** Without an end it fires until the server's `resolve_timeout`: by its own clock, whatever ours says. */
function alertOf(notice: Notice) {
  const matter = matterOf(notice.transition)
  const { since, endedAt } = matter
  return {
    labels: labelsOf(notice.transition, matter),
    annotations: { summary: plainTitle(notice, SUMMARY), description: plainFacts(notice, DESCRIPTION) },
    startsAt: iso(since),
    ...(endedAt === null ? {} : { endsAt: iso(Math.max(since, endedAt)) }),
    generatorURL: outageUrl(notice),
  }
}

const NAMES = { outage: 'AccountGone', sight: 'SightLost', storm: 'PlatformTroubled', reach: 'SubscriberLost' } as const

/** Its identity: only what stays the same from the first notice to the last, whatever the configuration says by then. */
function labelsOf(transition: Transition, { kind, id }: Matter): Readonly<Record<string, string>> {
  const account = accountOf(transition)
  const platform = platformOf(transition)
  return {
    alertname: NAMES[kind],
    severity: kind === 'sight' ? 'warning' : 'critical',
    id,
    ...(platform === null ? {} : { platform: label(platform) }),
    ...(account === null ? {} : { account: label(account) }),
    ...('scope' in transition ? { scope: label(scopeName(transition.scope)) } : {}),
  }
}

const label = (text: string): string => tame(cleanName(text, LABEL))
