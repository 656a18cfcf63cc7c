import { z } from 'zod'
import { iso } from '../core/json.ts'
import { matterOf, type Matter } from '../core/matter.ts'
import { lines, links, plainLine } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { platformOf } from '../core/transition.ts'
import { createEachApart } from './apart.ts'
import { base, BaseUrl } from './base.ts'
import { defineChannel } from './kind.ts'
import { HOUR, unpagedOutcome } from './outcome.ts'
import { outageUrl, plainTitle, sourceOf, tame } from './plain.ts'
import { post } from './post.ts'

const BASES = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' } as const

const Target = z.strictObject({
  key: z
    .string()
    .min(1)
    .meta({ secret: true, description: 'Integration key (routing key) of an Events API v2 integration' }),
  region: z.enum(['us', 'eu']).optional().meta({ preset: 'us', description: 'Where the PagerDuty account lives' }),
  api: BaseUrl.optional().meta({ description: 'Base address of a stand-in; otherwise that of the region' }),
})

/** PagerDuty counts characters; UTF-16 units are on the safe side. */
const SUMMARY = 1_024
const SOURCE = 255

/**
 * PagerDuty, Events API v2 (developer.pagerduty.com/docs/events-api-v2). One alert for each outage, loss of sight and
 * storm: a trigger under the key of an open alert folds into it, and an acknowledgement or a resolution without an open
 * one is dropped, so that no repetition does harm.
 */
export const pagerduty = defineChannel({
  id: 'pagerduty',
  single: true,
  target: Target,
  connect({ key, region = 'us', api = BASES[region] }) {
    const url = `${base(api)}/v2/enqueue`
    const eachApart = createEachApart()
    return {
      id: 'pagerduty',
      expiresMs: HOUR,
      alerts: true,
      // Documented: about 120 for each integration key, looked at over the last minute.
      pace: { requests: 120, windowMs: 60_000 },
      deliver: (all, ask, now) =>
        eachApart(all, async (notice) => {
          const matter = matterOf(notice.transition)
          const action = actionOf(notice, matter)
          if (action === null) return { kind: 'delivered' }
          const about = { routing_key: key, event_action: action, dedup_key: matter.id }
          const json = action === 'trigger' ? { ...about, ...alertOf(notice, matter) } : about
          return unpagedOutcome(await post(ask, { url, json }), now)
        }),
    }
  },
})

/**
 * Who was never told of an outage is not woken for one that is over. A note alone wakes nobody either: where somebody
 * has resolved the alert by hand, the trigger that carries it would open another one.
 */
function actionOf({ transition }: Notice, { endedAt }: Matter): 'trigger' | 'acknowledge' | 'resolve' | null {
  if (endedAt !== null) return 'resolve'
  if (transition.name === 'outage.acknowledged') return 'acknowledge'
  return transition.name === 'outage.annotated' ? null : 'trigger'
}

function alertOf(notice: Notice, { kind }: Matter) {
  const { transition } = notice
  const platform = platformOf(transition)
  return {
    payload: {
      summary: plainTitle(notice, SUMMARY),
      source: sourceOf(notice, SOURCE),
      severity: kind === 'sight' ? 'warning' : 'critical',
      timestamp: iso(transition.at),
      class: transition.name,
      component: platform ?? undefined,
      custom_details: Object.fromEntries(lines(notice).map((line) => [line.label, detail(plainLine(line))])),
    },
    client: 'Rollcall',
    client_url: outageUrl(notice),
    links: links(notice).map(({ label, url }) => ({ href: url, text: label })),
  }
}

/** What stands behind the label. */
const detail = (text: string): string => tame(text.slice(text.indexOf(': ') + 2))
