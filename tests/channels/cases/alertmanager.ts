import { z } from 'zod'
import { alertmanager } from '../../../src/channels/alertmanager.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'
import { isMarkup } from './markup.ts'

/** As its openapi.yaml describes posted alerts, and as Prometheus names labels; one without an end fires. */
const Alerts = z
  .array(
    z
      .strictObject({
        labels: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string().min(1)).refine(({ alertname }) => alertname),
        annotations: z.strictObject({
          summary: z.string().min(1),
          description: z.string().min(1),
          profile: z
            .url()
            .regex(/^[^\s()[\]\\`<>|*]+$/)
            .optional(),
        }),
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
    STRANGERS_PAGE,
    { name: '400 for labels it does not take', says: { status: 400, body: '"bad"' }, outcome: { kind: 'refused' } },
    { name: '500', says: { status: 500, body: '"internal"' }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '503 of a proxy that says when',
      says: { status: 503, headers: { 'retry-after': '5' } },
      outcome: { kind: 'retry', afterMs: 5_000 },
    },
  ],
  read({ raw, path }) {
    if (!path.endsWith('/api/v2/alerts') || path.includes('//')) throw new Error(`sent to ${path}`)
    const shown = Alerts.parse(JSON.parse(raw)).flatMap(({ labels, annotations: { summary, description } }) => [
      ...Object.values(labels),
      summary,
      description,
    ])
    return { shown }
  },
  isInjected: isMarkup,
}
