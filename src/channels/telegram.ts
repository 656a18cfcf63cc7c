import { z } from 'zod'
import type { Ask } from '../core/answer.ts'
import { base, BaseUrl } from './base.ts'
import { keptCurrent } from './kept.ts'
import { defineChannel } from './kind.ts'
import { DAY } from './outcome.ts'
import { post } from './post.ts'
import { telegramReply, telegramText } from './telegram-message.ts'
import { editOutcome, messageOutcome } from './telegram-said.ts'

const API = 'https://api.telegram.org'
/** An accepted message comes back whole, with every run of its formatting. */
const MOST_BYTES = 64 * 1024

const Target = z.strictObject({
  token: z
    .string()
    .regex(/^[\w:-]+$/, 'a bot token as @BotFather gives it')
    .meta({ secret: true, description: "The bot's token" }),
  chat: z
    .union([z.int(), z.string().regex(/^(?:-?\d+|@\w+)$/, 'the id of a chat, or @name')])
    .meta({ description: 'Id of the chat (groups have negative ones), or @name of a public channel' }),
  api: BaseUrl.optional().meta({ preset: API, description: 'Base address of the Bot API' }),
})

/** Documented: one message a second to a chat, and 20 a minute to a group (core.telegram.org/bots/faq). */
const PRIVATE = { requests: 1, windowMs: 1_000 }
const GROUP = { requests: 1, windowMs: 3_000 }

/**
 * A Telegram bot (core.telegram.org/bots/api). The first message about an outage is edited, and an answer below it says
 * what is new. The token is part of every address, so no address is ever shown.
 */
export const telegram = defineChannel({
  id: 'telegram',
  target: Target,
  connect({ token, chat, api = API }) {
    const chatId = String(chat)
    const call = (ask: Ask, method: string, fields: Readonly<Record<string, unknown>>) =>
      post(ask, {
        url: `${base(api)}/bot${token}/${method}`,
        json: { chat_id: chatId, ...fields },
        maxBytes: MOST_BYTES,
      })

    return {
      id: 'telegram',
      expiresMs: DAY,
      updates: true,
      pace: /^\d/.test(chatId) ? PRIVATE : GROUP,
      async deliver(notice, ask, now) {
        const whole = telegramText(notice)
        const first = messageIn(notice.thread, chatId)
        const anew = async () => messageOutcome(await call(ask, 'sendMessage', whole), chatId, now)
        if (first === null) return anew()
        const below = { message_id: first, allow_sending_without_reply: true }
        return keptCurrent(notice, {
          edit: async () => editOutcome(await call(ask, 'editMessageText', { message_id: first, ...whole }), now),
          follow: async () =>
            messageOutcome(
              await call(ask, 'sendMessage', { ...telegramReply(notice), reply_parameters: below }),
              chatId,
              now,
            ),
          anew,
        })
      },
    }
  },
})

/** Ids count from 1 in every chat: one from before `chat` was changed would be somebody else's message here. */
function messageIn(thread: string | null, chat: string): number | null {
  const [, id] = thread?.startsWith(`${chat}/`) === true ? thread.slice(chat.length).split('/') : []
  return id === undefined || !/^\d+$/.test(id) ? null : Number(id)
}
