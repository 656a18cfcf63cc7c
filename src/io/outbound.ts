import type { Ask } from '../core/answer.ts'
import type { Connect } from '../core/platform.ts'
import { createAsk } from './ask.ts'
import { createConnect } from './connect.ts'

/** What the configuration says of everything that leaves this machine. */
export type OutboundSettings = { readonly contact: string | null; readonly allowPrivate: readonly string[] }

/** Requests and sockets under one set of rules, with connections of their own. */
export type Outbound = { readonly ask: Ask; readonly connect: Connect; close(): Promise<void> }

/**
 * Opens a way out.
 *
 * @param trustedOrigins those that the configuration names: they may be private. Subscribers and answers get none.
 */
export function createOutbound(settings: OutboundSettings, trustedOrigins: readonly string[]): Outbound {
  const options = { userAgent: userAgentOf(settings.contact), allowPrivate: settings.allowPrivate, trustedOrigins }
  return { ...createAsk(options), connect: createConnect(options) }
}

/** The User-Agent: who we are, and how to reach whoever runs us. */
const userAgentOf = (contact: string | null): string =>
  contact === null ? 'Rollcall/0.1' : `Rollcall/0.1 (+${contact.includes('@') ? `mailto:${contact}` : contact})`

/** The way out for what trusts nobody: subscribers, whose addresses come from outside. Its rules may change. */
export type Outward = {
  readonly ask: Ask
  /** Other rules from now on. What is under way keeps its own, and is cut off after a moment like on `close`. */
  renew(settings: OutboundSettings): void
  close(): Promise<void>
}

/** Opens the way out for what trusts nobody. */
export function createOutward(settings: OutboundSettings): Outward {
  let way = createOutbound(settings, [])
  return {
    ask: (request) => way.ask(request),
    renew(next) {
      void way.close()
      way = createOutbound(next, [])
    },
    close: () => way.close(),
  }
}
