import type { z } from 'zod'
import type { Channel } from '../core/channel.ts'

/**
 * One way of reaching a subscriber. `target` is a strict zod object; secrets in it are marked
 * `.meta({ secret: true })`, are taken only by reference, and arrive resolved.
 */
export type ChannelKind<Shape extends z.ZodType = z.ZodType> = {
  readonly id: string
  readonly target: Shape
  /** The target keeps one alert for each outage and has no place for a message about many. */
  readonly single?: true
  connect(target: z.infer<Shape>): Channel
}

/** Keeps the target's type while the kind is written, and hides it in the list. */
export const defineChannel = <Shape extends z.ZodType>(kind: ChannelKind<Shape>): ChannelKind => kind
