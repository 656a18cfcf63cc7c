import type { Trust } from '../../core/platform.ts'
import type { HandleRule } from './handle.ts'
import type { Template } from './template.ts'

/**
 * A site as data: how it is asked about a name, and what its answers look like. Whoever describes one (the
 * configuration, a rule pack) makes this, and one engine reads it.
 */
export type Site = {
  readonly title: string
  readonly url: Template
  /** Where people look. */
  readonly profile: Template
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Template | null
  readonly handle: HandleRule
  /** Of each list any one will do. An answer that has a marker of both of the first two says nothing. */
  readonly present: readonly Marker[]
  readonly absent: readonly Marker[]
  readonly blocked: readonly Marker[]
  /** Names that certainly exist. */
  readonly known: readonly string[]
  readonly trust: Trust
  /** A redirect that only moves the page is gone after: its markers are those of where it ends. */
  readonly follows: boolean
}

/** Something that can be seen of an answer. Every condition given must hold; of a list any one will do. */
export type Marker = {
  readonly statuses: readonly number[] | null
  /** Found as they stand in the body, letter case and all. */
  readonly texts: readonly string[] | null
  /** None of these may stand in the body. */
  readonly without: readonly string[]
  readonly json: readonly JsonTest[] | null
  /** Where a redirect leads; holds for 3xx only. */
  readonly redirects: readonly Template[] | null
}

/** A place in a JSON body (RFC 6901, already split) and what must stand there. */
export type JsonTest = {
  readonly pointer: readonly string[]
  readonly wants:
    | { readonly kind: 'anything' }
    | { readonly kind: 'account' }
    | { readonly kind: 'value'; readonly value: string | number | boolean | null }
}

/** A marker of these conditions only. */
export const markerOf = (given: Partial<Marker>): Marker => ({
  statuses: null,
  texts: null,
  without: [],
  json: null,
  redirects: null,
  ...given,
})

/**
 * Why a site cannot be used as described. The message can stand for itself (`too short a marker: "[]"`); what comes
 * before a colon is the same for all of its kind.
 */
export class SiteFault extends Error {
  override readonly name = 'SiteFault'
  /** What part of the description is at fault. */
  readonly part: SitePart
  constructor(part: SitePart, message: string) {
    super(message)
    this.part = part
  }
}

/** The parts of a description that may be at fault. */
export type SitePart = 'url' | 'profile' | 'headers' | 'body' | 'handle' | 'present' | 'absent' | 'blocked' | 'known'
