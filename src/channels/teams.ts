import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import { defineChannel } from './kind.ts'
import { DAY, unpagedOutcome } from './outcome.ts'
import { post, type Reply } from './post.ts'
import { teamsMessage } from './teams-card.ts'

const Target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({
    secret: true,
    description:
      'Address of a Workflows trigger "When a Teams webhook request is received"; its sig= makes it a secret',
  }),
})

/**
 * A flow that posts cards to Microsoft Teams (learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors). An
 * accepted card may still fail within the flow, which nobody tells us. No id comes back, so every notice is a card of
 * its own.
 */
export const teams = defineChannel({
  id: 'teams',
  target: Target,
  connect: ({ url }) => ({
    id: 'teams',
    expiresMs: DAY,
    // Documented for the hooks that Workflows replaces: 4 in a second, 60 in 30 seconds.
    pace: { requests: 2, windowMs: 1_000 },
    deliver: async (notice, ask, now) => teamsOutcome(await post(ask, { url, json: teamsMessage(notice) }), now),
  }),
})

/** Those hooks hid what Teams itself had answered in a 200. */
function teamsOutcome(reply: Reply, now: number): Outcome {
  const hidden = /HTTP error (\d{3})/.exec(reply.text)?.[1]
  return unpagedOutcome(hidden === undefined ? reply : { ...reply, status: Number(hidden) }, now)
}
