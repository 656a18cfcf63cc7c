import type { Answer, Ask } from './answer.ts'
import type { Reason, Verdict } from './verdict.ts'

/** How far "absent" from a look can be trusted, best first. */
export const TRUSTS = ['high', 'medium', 'low'] as const
export type Trust = (typeof TRUSTS)[number]

/** Whom a look asks about. `id` is the pinned platform id; a look asks by it where the platform allows. */
export type Asked = { readonly handle: string; readonly id: string | null }

/** What one answer said of one account. `marker` is the field or words that decided; `answer` is where they stood. */
export type Reading = {
  readonly verdict: Verdict
  readonly marker: string | null
  readonly answer: Answer | null
}

/** What is true of a look whatever the configuration says. */
export type LookTerms = {
  readonly name: string
  /** What people read: "in the app", "at its host". */
  readonly words: string
  /** Accounts one request can take; those of one home only. */
  readonly takes: number
  readonly trust: Trust
  /** Where its word counts for less than `trust`: at the homes that are known for it. */
  readonly trustAt?: (home: string) => Trust
  /** The sets of reasons its answers can leave. A look with none can never say "absent". */
  readonly says: readonly (readonly Reason[])[]
  /** Requests one call costs at the most; so many are set aside for it. */
  readonly requests: number
  /** Requests one call costs on an ordinary day, for the plan. */
  readonly usually: number
  /** It can only ask by id, so it is not offered for an account that has none yet. */
  readonly needsId: boolean
}

/**
 * One independent way of asking a platform.
 *
 * `ask` answers with one reading for each account, in the order asked. It asks by id once there is one, and makes sure
 * that the handle still leads there; it answers `present` with the id and handle it *found* and leaves the comparison
 * with the pinned identity to the belief (rule 7). AskFaults pass through: the looker turns them into `inconclusive`.
 */
export type Look = LookTerms & {
  ask(accounts: readonly Asked[], ask: Ask): Promise<readonly Reading[]>
}

/** The `homeOf` of most platforms. */
export const onePlace = (): string => ''

/** `300/15m`: so many requests in any window of that length. */
export type Budget = { readonly requests: number; readonly windowMs: number }

/** A push source said that something about this account may have changed. It never changes belief; it makes us look. */
export type Hint = { readonly id: string } | { readonly handle: string }

/** Opens a push source. Reconnects by itself until the signal aborts. `cursor` survives restarts. */
export type Hints = {
  readonly name: string
  /** The look that sees first what this source tells of. */
  readonly look: string
  follow(parts: HintParts): Promise<void>
}

/** What a push source is given to follow its stream with. */
export type HintParts = {
  readonly signal: AbortSignal
  /** Whether anybody watches this id; frames about others are dropped unread. */
  readonly watches: (id: string) => boolean
  /** Every id that is watched now. They become more as accounts are seen for the first time. */
  readonly ids: () => readonly string[]
  readonly hint: (hint: Hint) => void
  readonly connect: Connect
  /** Where the stream was when we last noted it, and a way to note it again. */
  readonly cursor: { read(): Promise<string | null>; write(cursor: string): void }
  readonly log: (verb: 'connected' | 'lost' | 'cursor_refused', detail: string) => void
}

/** Opens a WebSocket as a client under the outbound rules; `onMessage` gets each binary or text frame whole. */
export type Connect = (request: {
  readonly url: string
  readonly signal: AbortSignal
  readonly onMessage: (data: Uint8Array | string) => void
  /** Called once when the first frame may come; `send` sends a text frame. */
  readonly onOpen: (send: (text: string) => void) => void
}) => Promise<{ readonly code: number; readonly reason: string }>

/** Where a platform's rules come from when others wrote them. */
export type Source = { readonly name: string; readonly licence: string; readonly file: string }

/** What became of a rule pack of others. `path` is absolute; `clashing` are sites that give way to other platforms. */
export type PackSummary = {
  readonly name: string
  readonly licence: string
  /** Where it comes from. */
  readonly source: string
  /** As the configuration names it. */
  readonly file: string
  readonly path: string
  readonly taken: number
  readonly refused: number
  readonly clashing: readonly string[]
}

/** A setting that a platform cannot be asked without, or a credential that it takes. */
export type Need = {
  readonly name: string
  readonly secret: boolean
  readonly required: boolean
  readonly description: string
}

/** What every platform takes in the configuration beside its own settings; already parsed, defaults filled in. */
export type CommonSettings = {
  readonly controls: { readonly known: readonly string[] }
  readonly budget: Budget
  readonly spendPerDay: number | null
  readonly timeoutMs: number
  readonly concurrency: number
}

/** What is true of a platform whatever the configuration says. */
export type PlatformTerms = {
  readonly id: string
  readonly title: string
  /** Null for those of our own. */
  readonly source: Source | null
  /** What a handle looks like, for messages: "a domain name such as bsky.app". */
  readonly handleIs: string
  readonly needs: readonly Need[]
  /** What it cannot tell, in a sentence. */
  readonly cannot: string
  /** What its own id of an account is, by which a rename is told from an absence; null where it shows none. */
  readonly stableId: string | null
  /** Names are neither changed there nor given to somebody else: there is no rename to tell, and no stranger. */
  readonly namesLast: boolean
  /** First the one asked on schedule. */
  readonly looks: readonly LookTerms[]
  readonly publicLook: string
  readonly defaults: CommonSettings
}

/** A platform as configured: bound to its base addresses and credentials. */
export type Platform = {
  readonly id: string
  readonly title: string
  /** Null for those of our own. */
  readonly source: Source | null
  /** First the one asked on schedule; the first with `name === publicLook` shows what visitors see. */
  readonly looks: readonly Look[]
  readonly publicLook: string
  /**
   * The server an account lives on, where the platform has many; else one word for all. Accounts of one home share
   * requests, and are vouched for by controls at that home.
   */
  readonly homeOf: (handle: string) => string
  /** `nobody` makes up a handle at that home that nobody can have. */
  readonly controls: { readonly known: readonly string[]; readonly nobody: (home: string) => string }
  readonly budget: Budget
  /** Requests under way at once. */
  readonly concurrency: number
  /** Deadline of one look in real ms. */
  readonly timeoutMs: number
  /** USD for each account returned, where answers cost money. */
  readonly pricePerAccount: number
  /** The most to spend in a day, USD; null is no limit. */
  readonly spendPerDay: number | null
  /** Origins (`https://host:port`) the configuration names: these may be private. */
  readonly origins: readonly string[]
  readonly hints: readonly Hints[]
  profileUrl(handle: string): string
}
