import { z } from 'zod'
import { matterOf } from '../core/matter.ts'
import type { Notice } from '../core/notice.ts'
import { createEachApart } from './apart.ts'
import { defineChannel } from './kind.ts'
import { HOUR, unpagedOutcome } from './outcome.ts'
import { outageUrl, plainFacts, plainLinks, plainTitle } from './plain.ts'
import { post } from './post.ts'

const Target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({
    secret: true,
    description: 'Address of a formatted webhook integration; whoever knows it can alert, so it is a secret',
  }),
})

/** No limits are documented; these keep a card readable. */
const TITLE = 250
const MESSAGE = 4_000
const LINKS = 1_000

/**
 * Grafana Cloud IRM and OnCall, formatted webhook (grafana.com/docs, "Formatted webhook"). Alerts of one `alert_uid`
 * make one group, which `state: ok` resolves.
 */
export const grafana = defineChannel({
  id: 'grafana',
  target: Target,
  connect({ url }) {
    const eachApart = createEachApart()
    return {
      id: 'grafana',
      expiresMs: HOUR,
      alerts: true,
      // Documented for each integration; what is beyond is refused with 429 and not kept.
      pace: { requests: 300, windowMs: 5 * 60_000 },
      deliver: (all, ask, now) =>
        eachApart(all, async (notice) => {
          const json = alertOf(notice)
          return json === null ? { kind: 'delivered' } : unpagedOutcome(await post(ask, { url, json }), now)
        }),
    }
  },
})

/**
 * Null for what the format has no word for while the outage lasts: an alert that carries it would wake people again who
 * have resolved the one before.
 */
function alertOf(notice: Notice) {
  const { name } = notice.transition
  const { id, endedAt } = matterOf(notice.transition)
  if (endedAt === null && (name === 'outage.acknowledged' || name === 'outage.annotated')) return null
  return {
    alert_uid: id,
    state: endedAt === null ? 'alerting' : 'ok',
    title: plainTitle(notice, TITLE),
    message: plainFacts(notice, MESSAGE - LINKS) + plainLinks(notice, LINKS),
    link_to_upstream_details: outageUrl(notice),
  }
}
