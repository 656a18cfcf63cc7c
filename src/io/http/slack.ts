import { z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import type { Desk } from '../../core/desk.ts'
import type { Log } from '../../core/log.ts'
import { problem } from './problem.ts'
import type { Doors } from './route.ts'
import { isFromSlack } from './slack-signature.ts'

export type SlackParts = {
  readonly desk: Desk
  readonly log: Log
  /** With which Slack may sign now; without any, nobody can act from there. */
  readonly signingSecrets: () => readonly string[]
}

/** A press repeats the whole message, every character of another script as nine. */
const MOST_BODY = 512 * 1024
/** Slack waits for three seconds, then it shows the person an error. */
const PATIENCE = 2_000

const Press = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })),
})
type Press = z.infer<typeof Press>

/**
 * The button below a message (docs.slack.dev/interactivity/handling-user-interaction). Slack has no token of ours and
 * comes from anywhere: its signature over the raw body is what lets it in. What it tells us beside the button is taken
 * note of and nothing else, since apps are extended without asking us.
 */
export function slackRoute(doors: Doors, { desk, log, signingSecrets }: SlackParts): void {
  const onError = (): Response => problem(413, `The body may have at most ${MOST_BODY} bytes.`)
  doors.post('/slack/interactions', bodyLimit({ maxSize: MOST_BODY, onError }), async (c) => {
    if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
      return problem(415, 'Slack sends forms (application/x-www-form-urlencoded) here.')
    }
    const body = Buffer.from(await c.req.arrayBuffer())
    const signature = c.req.header('x-slack-signature')
    const timestamp = c.req.header('x-slack-request-timestamp')
    if (!isFromSlack({ signature, timestamp, body }, signingSecrets(), Date.now())) {
      return problem(401, 'This is not signed with a signingSecret of the configuration, or too long ago.')
    }
    const press = pressIn(body.toString('utf8'))
    if (press === 'unreadable') return problem(400, 'The form has no payload of JSON.')
    const acknowledging = press === null ? [] : outagesIn(press).map((id) => acknowledge(id, nameOf(press)))
    return (await settledWithin(Promise.all(acknowledging), PATIENCE))
      ? c.body(null, 200)
      : problem(500, 'Rollcall could not write this down; its log says why.')
  })

  /** False where it could not be written; that there is nothing to acknowledge any more is no failure. */
  async function acknowledge(outage: string, by: string): Promise<boolean> {
    try {
      const done = await desk.acknowledge(outage, { at: desk.now(), by, note: 'by the button in Slack' })
      log.info('pressed', { outage, ...(done.ok ? {} : { refusal: done.refusal }) })
      return true
    } catch (err) {
      log.error('press_failed', { outage, err })
      return false
    }
  }
}

/** Null for what is no press of a button. */
function pressIn(form: string): Press | 'unreadable' | null {
  try {
    const json: unknown = JSON.parse(new URLSearchParams(form).get('payload') ?? '')
    return Press.safeParse(json).data ?? null
  } catch {
    return 'unreadable'
  }
}

const outagesIn = ({ actions }: Press): readonly string[] =>
  actions.flatMap(({ action_id, value }) => (action_id === 'acknowledge' && value !== undefined ? [value] : []))

const nameOf = ({ user: { id, username, name } }: Press): string => (username ?? name ?? id).trim().slice(0, 120) || id

/** False only where one is known to have failed; what takes longer goes on, and Slack hears that it was heard. */
async function settledWithin(work: Promise<readonly boolean[]>, ms: number): Promise<boolean> {
  const over = Promise.withResolvers<readonly boolean[]>()
  const timer = setTimeout(() => over.resolve([]), ms)
  const settled = await Promise.race([work, over.promise])
  clearTimeout(timer)
  return !settled.includes(false)
}
