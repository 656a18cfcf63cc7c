import { z } from 'zod'
import { alertmanager } from '../../../src/channels/alertmanager.ts'
import type { ChannelCases } from './kind.ts'
import { isMarkup } from './markup.ts'

/** As its openapi.yaml describes posted alerts, and as Prometheus names labels; one without an end fires. */
const Alerts = z
  .array(
    z
      .strictObject({
        labels: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string().min(1)).refine(({ alertname }) => alertname),
        annotations: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string()),
        startsAt: z.iso.datetime(),
        endsAt: z.iso.datetime().optional(),
        generatorURL: z.url().optional(),
      })
      .refine(({ startsAt, endsAt }) => endsAt === undefined || Date.parse(endsAt) >= Date.parse(startsAt)),
  )
  .length(1)

export const cases: ChannelCases = {
  kind: alertmanager,
  target: (origin, secret) => ({ urls: [`${origin}/${secret}/`] }),
  accepted: { status: 200 },
  answers: [
    { name: '400 for labels it does not take', says: { status: 400, body: '"bad"' }, outcome: { kind: 'refused' } },
    { name: '500', says: { status: 500, body: '"internal"' }, outcome: { kind: 'retry', afterMs: null } },
  ],
  read({ raw, path }) {
    if (!path.endsWith('/api/v2/alerts') || path.includes('//')) throw new Error(`sent to ${path}`)
    const [alert] = Alerts.parse(JSON.parse(raw))
    return { shown: [...Object.values(alert?.labels ?? {}), ...Object.values(alert?.annotations ?? {})] }
  },
  isInjected: isMarkup,
}
