import { z } from '@hono/zod-openapi'
import { problemShape } from './problem.ts'
import type { Doors } from './route.ts'

/** Where Slack sends what people do below messages (design, section 5.3). */
export const SLACK_PATH = '/slack/interactions'

const SCHEME = 'slack'

const form = z
  .object({
    payload: z.string().openapi({ description: 'JSON; what is no press of the button is heard and left alone' }),
  })
  .openapi('SlackInteraction')

const FAULTS = {
  400: 'The form has no payload, or one that cannot be read',
  401: 'Not signed with a signingSecret of the configuration, or more than five minutes ago',
  413: 'The body is too large',
  415: 'The body is no form',
  429: 'Too many requests',
  500: 'The press could not be written down',
} as const

const faults = Object.fromEntries(
  Object.entries(FAULTS).map(([status, description]) => [
    status,
    { description, content: { 'application/problem+json': { schema: problemShape } } },
  ]),
)

/** Only described: the route reads the raw body, which is what is signed, and makes no use of the shapes. */
export function describeSlack({ openAPIRegistry }: Doors): void {
  openAPIRegistry.registerComponent('securitySchemes', SCHEME, {
    type: 'apiKey',
    in: 'header',
    name: 'X-Slack-Signature',
    description:
      'v0= and the HMAC-SHA256 (hex) of v0:{X-Slack-Request-Timestamp}:{raw body}, by the signingSecret of a subscriber.',
  })
  openAPIRegistry.registerPath({
    method: 'post',
    path: SLACK_PATH,
    summary: "Slack's signed acknowledge button",
    description: 'Answers within three seconds; the person who pressed reads what became of it at the response_url.',
    security: [{ [SCHEME]: [] }],
    request: {
      headers: z.object({ 'X-Slack-Request-Timestamp': z.string().regex(/^\d{1,12}$/) }),
      body: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
    },
    responses: { ...faults, 200: { description: 'It was heard' } },
  })
}
