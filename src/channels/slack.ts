import { z } from 'zod'
import { defineChannel } from './kind.ts'
import { SLACK_API } from './slack-answer.ts'
import { slackApp, type AppTarget } from './slack-app.ts'
import { slackHook } from './slack-hook.ts'

const address = () => z.url({ protocol: /^https?$/ })

const Written = z
  .strictObject({
    url: address().optional().meta({
      secret: true,
      description: 'Incoming webhook; whoever knows the address can post, so it is a secret',
    }),
    token: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true, description: 'Bot token of a Slack app (xoxb-…) with chat:write' }),
    channel: z
      .string()
      .regex(/^#?[^\s#]{1,80}$/, 'a channel such as C024BE91L or #desk')
      .optional()
      .describe('Where the app posts, by id or name'),
    signingSecret: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true, description: 'Shows that a press of the button comes from Slack' }),
    api: address().optional().meta({ preset: SLACK_API, description: "Where Slack's Web API is" }),
  })
  .meta({ oneOf: [{ required: ['url'] }, { required: ['token', 'channel', 'signingSecret'] }] })

type Target = { readonly url: string } | AppTarget
type Fault = { readonly path: string[]; readonly message: string; readonly found: string }

const FORMS = 'url, or else token, channel and signingSecret'

/** One object of which one form is written, and no union, so that each fault has its place. */
const Target = Written.transform((written, context): Target => {
  const target = targetOf(written)
  if (!Array.isArray(target)) return target
  for (const { path, message, found } of target) {
    context.addIssue({ code: 'custom', input: written, path, message, params: { found } })
  }
  return z.NEVER
})

function targetOf({ url, api, ...app }: z.infer<typeof Written>): Target | Fault[] {
  const { token, channel, signingSecret } = app
  const first = Object.entries({ ...app, api }).find(([, value]) => value !== undefined)?.[0]
  if (url !== undefined && first === undefined) return { url }
  if (url !== undefined || first === undefined) {
    return [{ path: [], message: FORMS, found: first === undefined ? 'neither' : `url and ${first}` }]
  }
  if (token !== undefined && channel !== undefined && signingSecret !== undefined) {
    return { token, channel, signingSecret, api: (api ?? SLACK_API).replace(/\/+$/, '') }
  }
  return (['token', 'channel', 'signingSecret'] as const)
    .filter((key) => app[key] === undefined)
    .map((key) => ({ path: [key], message: `a ${key}, which an app needs`, found: 'nothing' }))
}

/** Slack in two kinds: an incoming webhook, or an app with a bot token. */
export const slack = defineChannel({
  id: 'slack',
  target: Target,
  connect: (target) => ('url' in target ? slackHook(target.url) : slackApp(target)),
})
