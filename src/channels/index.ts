import type { ChannelKind } from './kind.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

/** Every channel there is. A new one is one file and one line here. */
export const channelKinds: readonly ChannelKind[] = [slack, webhook]
