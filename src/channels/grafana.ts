import { z } from 'zod'
import { matterOf } from '../core/matter.ts'
import { defineChannel } from './kind.ts'
import { HOUR, outcomeOf } from './outcome.ts'
import { outageUrl, plainFacts, plainTitle } from './plain.ts'
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

/**
 * Grafana Cloud IRM and OnCall, formatted webhook (grafana.com/docs, "Formatted webhook"). Alerts of one `alert_uid`
 * make one group, which `state: ok` resolves.
 */
export const grafana = defineChannel({
  id: 'grafana',
  target: Target,
  connect: ({ url }) => ({
    id: 'grafana',
    expiresMs: HOUR,
    // Documented for each integration; what is beyond is refused with 429 and not kept.
    pace: { requests: 300, windowMs: 5 * 60_000 },
    async deliver(notice, ask, now) {
      const { id, endedAt } = matterOf(notice.transition)
      // The format has no word for these, and an alert that carries them would wake people again who have resolved it.
      const { name } = notice.transition
      if (endedAt === null && (name === 'outage.acknowledged' || name === 'outage.annotated')) {
        return { kind: 'delivered' }
      }
      const json = {
        alert_uid: id,
        state: endedAt === null ? 'alerting' : 'ok',
        title: plainTitle(notice, TITLE),
        message: plainFacts(notice, MESSAGE),
        link_to_upstream_details: outageUrl(notice),
      }
      return outcomeOf(await post(ask, { url, json }), now)
    },
  }),
})
