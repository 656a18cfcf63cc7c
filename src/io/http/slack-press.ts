import { z } from '@hono/zod-openapi'

/** Somebody pressed the button below an outage's message. */
export type Press = {
  readonly outage: string
  readonly by: string
  /** Where Slack takes an answer to it. */
  readonly replyTo: string | null
}

const Sent = z.object({ type: z.string() })
const Pressed = z.object({
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })),
  response_url: z.string().optional(),
})

/**
 * Reads what Slack sends when people do something below a message. Null for what is no press of our button: apps are
 * extended without asking us, and everything they send comes here. A sentence for what cannot be read.
 */
export function pressIn(form: string): Press | string | null {
  const payload = new URLSearchParams(form).get('payload')
  if (payload === null) return 'The form has no field payload.'
  const sent = Sent.safeParse(parsed(payload))
  if (!sent.success) return 'The payload is no JSON object with a type.'
  if (sent.data.type !== 'block_actions') return null
  const press = Pressed.safeParse(parsed(payload))
  if (!press.success)
    return `The payload does not fit: ${press.error.issues.map(({ path }) => path.join('.')).join(', ')}.`
  const { user, actions, response_url: replyTo = null } = press.data
  const outage = actions.find(({ action_id }) => action_id === 'acknowledge')?.value
  return outage === undefined ? null : { outage, by: nameOf(user), replyTo }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const nameOf = ({ id, username, name }: z.infer<typeof Pressed>['user']): string =>
  (username ?? name ?? id).trim().slice(0, 120) || id
