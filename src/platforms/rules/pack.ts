import type { Site } from '../sites/site.ts'
import type { Unfit } from './fit.ts'

/** A rule file that has been read: what of it can be used, and why the rest cannot. */
export type Pack = {
  /** Of the project that keeps it. */
  readonly name: string
  readonly format: Format
  readonly licence: string
  /** Where it comes from. */
  readonly source: string
  /** As given: where it was read. */
  readonly file: string
  readonly sites: readonly PackedSite[]
  readonly refused: readonly Remark[]
  /** Taken, with something to know about it. */
  readonly flagged: readonly Remark[]
}

/** The projects whose files we read. */
export type Format = 'whatsmyname' | 'sherlock'

/** A rule by its own name. What comes before a colon in the reason is the same for all of its kind. */
export type Remark = { readonly name: string; readonly reason: string }

/** A site of a pack, and the name it has in addresses. */
export type PackedSite = { readonly slug: string; readonly site: Site }

/** What a format makes of one rule. */
export type Draft = { readonly site: Site; readonly flags: readonly string[] }

/** One rule of a file: to be understood, `draft` may throw a SiteFault; or nothing that its schema knows. */
export type PackedRule = { readonly name: string } & ({ readonly draft: () => Draft } | Unfit)

/** A format: the shape of its files, and how each rule is understood. */
export type Reading = {
  readonly name: string
  readonly licence: string
  readonly source: string
  readonly rules: readonly PackedRule[]
}
