import { heldHandle, type Account } from '../core/account.ts'
import type { Belief } from '../core/belief.ts'
import { onePlace, type Asked, type Look, type Platform, type Trust } from '../core/platform.ts'
import type { Sighting } from '../core/sighting.ts'
import type { Urgency } from '../core/urgency.ts'
import type { Newest } from './newest.ts'

/** One account on the roll, with all that changes about it while we run. A hundred thousand of these must be small. */
export type Entry = {
  account: Account
  platform: Platform
  belief: Belief
  /** The newest sighting by each look. */
  readonly sightings: Newest
  /** The newest look's name and how many were made in this doubt, for choosing the next one. */
  lastLook: string | null
  attempts: number
  /** The look that a doubt, a clearing or a hint has set for later. */
  again: Again | null
  /** Sightings since the last decision, for the outage they may belong to; only while doubted or down. */
  pending: readonly Sighting[]
  /** A decision about it that is being written; nothing else is decided meanwhile. */
  writing: Promise<void> | null
  /** Its turns on the roll so far. */
  turn: number
  /** Looks still to be made because a push source spoke of it. */
  hinted: number
  /** When we began to watch it, epoch ms: it cannot have been seen before. */
  readonly watchedFrom: number
  /** Time between two turns on the roll, ms. */
  periodMs: number
  /** Changed since the last checkpoint. */
  dirty: boolean
  /** Its place in the platform's queue; at most one look of an account is under way. */
  place: Place
}

/** `confirms`: it comes within `confirm.every` of the one before, and a look sooner than that is no second opinion. */
export type Again = { readonly confirms: boolean; readonly cancel: () => void }

/** Where an account stands in its platform's queue; `next` is the look wanted after the one under way. */
export type Place = { readonly kind: 'idle' } | Queued | { readonly kind: 'under_way'; readonly next: Want | null }

/** A place in a line. Its neighbours are the line's own business. */
export type Queued = {
  readonly kind: 'queued'
  readonly entry: Entry
  readonly want: Want
  before: Queued | null
  after: Queued | null
}

export const IDLE: Place = { kind: 'idle' }
export const UNDER_WAY: Place = { kind: 'under_way', next: null }

/** Shared by all who have no sightings pending. */
export const NOTHING: readonly Sighting[] = []

/** A look that is to be made. `dueAt` is epoch ms. */
export type Want = { readonly look: Look; readonly urgency: Urgency; readonly dueAt: number }

/** The looks an account can be asked by now: one that needs an id has to wait until there is one. */
export function looksOf({ platform, belief }: Pick<Entry, 'platform' | 'belief'>): readonly Look[] {
  const isPinned = belief.identity !== null && belief.identity.id !== null
  return isPinned ? platform.looks : looksByName(platform)
}

/** Those that need nothing but a name. */
export const looksByName = ({ looks }: Platform): readonly Look[] =>
  remembered(BY_NAME, looks, () => looks.filter((look) => !look.needsId))

const BY_NAME = new WeakMap<readonly Look[], readonly Look[]>()

const NAMES = new WeakMap<readonly Look[], readonly string[]>()

/** Their names, shared by all accounts that can be asked in the same ways. */
export function lookNamesOf(entry: Pick<Entry, 'platform' | 'belief'>): readonly string[] {
  const looks = looksOf(entry)
  return remembered(NAMES, looks, () => looks.map(({ name }) => name))
}

const TRUSTS = new WeakMap<readonly Look[], Map<string, Readonly<Record<string, Trust>>>>()

/** Those of them that can say "absent", and how far that can be trusted at this home of theirs. */
export function trustOf(entry: Pick<Entry, 'platform' | 'belief'>, home: string): Readonly<Record<string, Trust>> {
  const looks = looksOf(entry)
  return TRUSTS.get(looks)?.get(home) ?? trustAt(home, looks)
}

function trustAt(home: string, looks: readonly Look[]): Readonly<Record<string, Trust>> {
  const speaking = looks.filter(({ says }) => says.length > 0)
  const trust = Object.fromEntries(speaking.map((look) => [look.name, look.trustAt?.(home) ?? look.trust]))
  remembered(TRUSTS, looks, () => new Map<string, Readonly<Record<string, Trust>>>()).set(home, trust)
  return trust
}

/** Whom a look asks about now: the same object as long as nothing about them is new. */
export const askedOf = ({ account, belief: { identity } }: Pick<Entry, 'account' | 'belief'>): Asked =>
  identity ?? { handle: account.handle, id: null }

/** Somebody else was accepted as the account since this was asked: of that one it says nothing. */
export function isOfAnother(entry: Pick<Entry, 'account' | 'belief'>, asked: Asked | undefined): boolean {
  const now = askedOf(entry)
  if (asked === undefined || asked === now) return false
  const isHandle = asked.handle === now.handle || asked.handle.toLowerCase() === now.handle.toLowerCase()
  return !isHandle || (asked.id !== null && asked.id !== now.id)
}

/** The server the account lives on, by the handle that leads there now. */
export const homeOf = ({ platform, account, belief }: Pick<Entry, 'platform' | 'account' | 'belief'>): string =>
  platform.homeOf === onePlace ? '' : platform.homeOf(heldHandle(belief.identity, account))

function remembered<Value>(memory: WeakMap<readonly Look[], Value>, looks: readonly Look[], make: () => Value): Value {
  const known = memory.get(looks)
  if (known !== undefined) return known
  const made = make()
  memory.set(looks, made)
  return made
}

export const lookNamed = (platform: Platform, name: string | undefined): Look | undefined =>
  platform.looks.find((look) => look.name === name)
