import type { z } from 'zod'
import {
  onePlace,
  type Budget,
  type CommonSettings,
  type Hints,
  type Look,
  type LookTerms,
  type Need,
  type Platform,
  type PlatformTerms,
  type Source,
} from '../core/platform.ts'

export type { CommonSettings } from '../core/platform.ts'

/** How a platform writes its own ids: the whole of one, letter case and all, and in words. */
export type IdForm = { readonly pattern: RegExp; readonly words: string }

/**
 * One network: how its accounts are written, what it needs to be told, how it can be asked and what its answers tell.
 *
 * `settings` is a strict zod object of the platform's own settings, each with a default unless it is a credential. A
 * credential is marked `.meta({ secret: true })`: the configuration then takes it only by reference and `connect` gets
 * the resolved text.
 */
export type PlatformKind<Shape extends z.ZodObject = z.ZodObject> = PlatformTerms & {
  readonly settings: Shape
  /**
   * Where there may be many of this kind: makes the one that the configuration gives this name. The settings are as
   * they were written; they may have faults, which are told when they are held against the schema.
   */
  named?(id: string, settings: unknown): PlatformKind
  /** The handle as we keep and show it; null when it can be none. */
  handle(raw: string): string | null
  /** What an id written in the configuration is held against; it says what the answers say, or nobody is ever there. */
  readonly idForm?: (handle: string) => IdForm
  /** The budget where the configuration names none; a credential may raise it. */
  budget(settings: z.infer<Shape>): Budget
  connect(settings: z.infer<Shape>, common: CommonSettings): Platform
}

/**
 * A look's terms as they are written down. Left out, `requests` is 1, `usually` is `requests` and `needsId` is false.
 */
type Terms = Omit<LookTerms, 'name' | 'requests' | 'usually' | 'needsId'> &
  Partial<Pick<LookTerms, 'requests' | 'usually' | 'needsId'>>

/** A platform as its file writes it: the terms of its looks as data, and `connect` for how they ask. */
export type PlatformSpec<Shape extends z.ZodObject, Name extends string> = Pick<
  PlatformKind<Shape>,
  'id' | 'title' | 'settings' | 'defaults' | 'handleIs' | 'cannot' | 'stableId' | 'idForm' | 'handle'
> & {
  readonly looks: Readonly<Record<Name, Terms>>
  /** The look that shows what visitors see. */
  readonly publicLook: NoInfer<Name>
  /** Where the rules that it goes by come from, when others wrote them. */
  readonly source?: Source
  /** See {@link PlatformTerms}; most platforms let go of names. */
  readonly namesLast?: true
  /** USD for each account returned, where answers cost money. */
  readonly price?: number
  budget?(settings: z.infer<Shape>): Budget
  readonly homeOf?: (handle: string) => string
  connect(settings: z.infer<Shape>, common: CommonSettings): Connected<NoInfer<Name>>
}

type Connected<Name extends string> = {
  readonly asks: Readonly<Record<Name, Look['ask']>>
  /** Makes up a handle at that home that nobody can have. */
  readonly nobody: (home: string) => string
  /** Base addresses the configuration names: these may be private. */
  readonly bases: readonly string[]
  readonly hints?: readonly Hints[]
  readonly profileUrl: (handle: string) => string
}

/** Builds the platform that the rest of Rollcall knows. Keeps the settings' type within, and hides it in the list. */
export function definePlatform<Shape extends z.ZodObject, Name extends string>(
  spec: PlatformSpec<Shape, Name>,
): PlatformKind {
  const { id, title, settings, defaults, handleIs, cannot, stableId, publicLook, source = null } = spec
  const looks = namedTerms(spec.looks)
  const kind: PlatformKind<Shape> = {
    ...{ id, title, settings, defaults, handleIs, cannot, stableId, source, looks, publicLook },
    ...(spec.idForm && { idForm: spec.idForm }),
    needs: needsOf(settings),
    namesLast: spec.namesLast ?? false,
    handle: (raw) => spec.handle(raw),
    budget: (own) => spec.budget?.(own) ?? defaults.budget,
    connect: (own, common) => connected(spec, looks, spec.connect(own, common), common),
  }
  return kind
}

/** The platform as this configuration has it. */
function connected<Shape extends z.ZodObject, Name extends string>(
  { id, title, source, publicLook, price = 0, homeOf = onePlace }: PlatformSpec<Shape, Name>,
  terms: readonly NamedTerms<Name>[],
  { asks, nobody, bases, hints = [], profileUrl }: Connected<Name>,
  { controls, budget, concurrency, timeoutMs, spendPerDay }: CommonSettings,
): Platform {
  return {
    ...{ id, title, publicLook, homeOf, budget, concurrency, timeoutMs, spendPerDay, hints, profileUrl },
    source: source ?? null,
    looks: terms.map((one) => ({ ...one, ask: asks[one.name] })),
    controls: { known: controls.known, nobody },
    pricePerAccount: price,
    origins: bases.flatMap((base) => originsOf(base)),
  }
}

type NamedTerms<Name extends string> = LookTerms & { readonly name: Name }

function namedTerms<Name extends string>(looks: Readonly<Record<Name, Terms>>): readonly NamedTerms<Name>[] {
  return (Object.keys(looks) as Name[]).map((name) => {
    const terms: Terms = looks[name]
    const { requests = 1, needsId = false, usually = requests } = terms
    return { ...terms, name, requests, usually, needsId }
  })
}

/** A WebSocket begins as a request to the http address beside it. */
function originsOf(base: string): readonly string[] {
  const { origin } = new URL(base)
  return origin.startsWith('ws') ? [origin, origin.replace(/^ws/, 'http')] : [origin]
}

const needsOf = (settings: z.ZodObject): readonly Need[] =>
  Object.entries(settings.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const required = !field.safeParse(undefined).success
    const { secret, description } = termsOf(field)
    return required || secret ? [{ name, secret, required, description }] : []
  })

/** What a setting says of itself, or what is wrapped in it. */
function termsOf(field: z.ZodType): { secret: boolean; description: string } {
  const { secret, description } = (field.meta() ?? {}) as { secret?: boolean; description?: string }
  const { unwrap } = field as { unwrap?: () => z.ZodType }
  if (secret === undefined && unwrap !== undefined) return termsOf(unwrap.call(field))
  return { secret: secret === true, description: description ?? '' }
}
