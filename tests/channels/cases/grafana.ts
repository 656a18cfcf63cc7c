import { z } from 'zod'
import { grafana } from '../../../src/channels/grafana.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'
import { isMarkup, LINK } from './markup.ts'

const Alert = z.strictObject({
  alert_uid: z.string().min(1).max(64),
  state: z.enum(['alerting', 'ok']),
  title: z.string().min(1).max(250),
  message: z.string().max(4_000),
  link_to_upstream_details: z.url().optional(),
})

export const cases: ChannelCases = {
  kind: grafana,
  target: (origin, secret) => ({ url: `${origin}/integrations/v1/formatted_webhook/${secret}/` }),
  accepted: { status: 200, body: 'Ok.' },
  answers: [
    STRANGERS_PAGE,
    { name: '403 for a token that is none', says: { status: 403 }, outcome: { kind: 'refused' } },
    { name: '404 for an integration that is gone', says: { status: 404 }, outcome: { kind: 'refused' } },
    { name: '429, too many', says: { status: 429 }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '429 that says when',
      says: { status: 429, headers: { 'retry-after': '60' } },
      outcome: { kind: 'retry', afterMs: 60_000 },
    },
  ],
  read({ raw }) {
    const { title, message } = Alert.parse(JSON.parse(raw))
    return { shown: [title, message.replace(LINK, '')] }
  },
  isInjected: isMarkup,
}
