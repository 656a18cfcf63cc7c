import type { z } from 'zod'
import type { Budget, Platform } from '../core/platform.ts'

/** What every platform takes in the configuration beside its own settings; already parsed, defaults filled in. */
export type CommonSettings = {
  readonly controls: { readonly known: readonly string[] }
  readonly budget: Budget
  readonly spendPerDay: number | null
  readonly timeoutMs: number
  readonly concurrency: number
}

/**
 * One network: how its accounts are written, what it needs to be told, and how to build its looks.
 *
 * `settings` is a strict zod object of the platform's own settings, each with a default unless it is a credential. A
 * credential is marked `.meta({ secret: true })`: the configuration then takes it only by reference and `connect` gets
 * the resolved text.
 */
export type PlatformKind<Shape extends z.ZodObject = z.ZodObject> = {
  readonly id: string
  readonly title: string
  readonly settings: Shape
  readonly defaults: CommonSettings
  /** What a handle looks like, for messages: "a domain name such as bsky.app". */
  readonly handleIs: string
  /** The handle as we keep and show it; null when it can be none. */
  handle(raw: string): string | null
  connect(settings: z.infer<Shape>, common: CommonSettings): Platform
}

/** Keeps the settings' type while the kind is written, and hides it in the list. */
export const definePlatform = <Shape extends z.ZodObject>(kind: PlatformKind<Shape>): PlatformKind => kind
