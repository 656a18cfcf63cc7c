import { bodyLimit } from 'hono/body-limit'
import type { Ask } from '../../core/answer.ts'
import type { Buttons } from '../../core/channel.ts'
import type { Desk } from '../../core/desk.ts'
import type { Log } from '../../core/log.ts'
import type { Piece } from '../../core/piece.ts'
import { problem } from './problem.ts'
import type { Doors } from './route.ts'
import { createAcknowledging } from './slack-acknowledge.ts'
import { pressIn, type Press } from './slack-press.ts'
import { describeSlack, SLACK_PATH } from './slack-shape.ts'
import { isFromSlack, type SlackClaim } from './slack-signature.ts'

/** Whose buttons people may press now, and how their presses are answered. */
export type Presses = { readonly buttons: () => readonly Buttons[]; readonly ask: Ask }

/** Without `presses` nobody has buttons, and every request is refused as unsigned. */
export type SlackParts = { readonly desk: Desk; readonly log: Log; readonly presses?: Presses }

/** A press repeats the whole message, every character of another script as nine. */
const MOST_BODY = 512 * 1024
/** Slack waits for three seconds, then it shows the person an error. */
const PATIENCE = 2_000

/**
 * The button below a message (docs.slack.dev/interactivity/handling-user-interaction). Slack has no token of ours and
 * comes from anywhere: its signature over the raw body is what lets it in.
 *
 * The answer waits for the writing only, and not for long; what the person reads is sent after it.
 */
export function slackRoute(doors: Doors, { desk, log, presses }: SlackParts): void {
  const acknowledge = createAcknowledging({ desk, log })
  const onError = (): Response => problem(413, `The body may have at most ${MOST_BODY} bytes.`)
  describeSlack(doors)
  doors.post(SLACK_PATH, bodyLimit({ maxSize: MOST_BODY, onError }), async (c) => {
    if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
      return problem(415, 'Slack sends forms (application/x-www-form-urlencoded) here.')
    }
    const body = Buffer.from(await c.req.arrayBuffer())
    const signed = signersOf({
      signature: c.req.header('x-slack-signature'),
      timestamp: c.req.header('x-slack-request-timestamp'),
      body,
    })
    if (signed.length === 0) {
      return problem(401, 'This is not signed with a signingSecret of the configuration, or too long ago.')
    }
    const press = pressIn(body.toString('utf8'))
    if (typeof press === 'string') return problem(400, press)
    if (press === null) return c.body(null, 200)
    const writing = acknowledge(press)
    void writing.then(({ said }) => answer(press, said, signed))
    return (await isWrittenWithin(writing, PATIENCE))
      ? c.body(null, 200)
      : problem(500, 'Rollcall could not write this down; its log says why.')
  })

  function signersOf(claim: SlackClaim): readonly Buttons[] {
    const now = Date.now()
    return presses?.buttons().filter(({ signingSecret }) => isFromSlack(claim, [signingSecret], now)) ?? []
  }

  /** Never rejects: who cannot be answered has still pressed. */
  async function answer({ outage, replyTo }: Press, said: readonly Piece[], signed: readonly Buttons[]): Promise<void> {
    const [request] = signed.flatMap((buttons) => (replyTo === null ? [] : (buttons.answer(replyTo, said) ?? [])))
    if (request === undefined || presses === undefined) return
    try {
      const { status } = await presses.ask(request)
      if (status !== 200) log.warn('press_unanswered', { outage, status })
    } catch (fault) {
      // The message alone: what else a fault carries is a stranger's answer.
      log.warn('press_unanswered', { outage, reason: fault instanceof Error ? fault.message : String(fault) })
    }
  }
}

/** False only where it is known to have failed; what takes longer goes on, and Slack hears that it was heard. */
async function isWrittenWithin(writing: Promise<{ readonly isWritten: boolean }>, ms: number): Promise<boolean> {
  const over = Promise.withResolvers<{ readonly isWritten: boolean }>()
  const timer = setTimeout(() => over.resolve({ isWritten: true }), ms)
  const { isWritten } = await Promise.race([writing, over.promise])
  clearTimeout(timer)
  return isWritten
}
