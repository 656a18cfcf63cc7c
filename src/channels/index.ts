import type { ChannelKind } from './kind.ts'

/** Every channel there is. A new one is one file and one line here. */
export const channelKinds: readonly ChannelKind[] = []
