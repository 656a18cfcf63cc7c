import type { Answer, AskRequest } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import type { PlatformKind } from '../../../src/platforms/kind.ts'

/** What a platform says to a request. A request that the platform does not know is a mistake of the test: throw. */
export type Answers = (request: AskRequest) => Answer

/** One recorded or documented state, asked about by one look. */
export type Case = {
  /** Ends the sentence "the look sees …": "a suspended account". */
  readonly name: string
  readonly look: string
  readonly asked: readonly Asked[]
  readonly answers: Answers
  /** One for each account asked. */
  readonly says: readonly Verdict[]
}

/** Everything the contract needs to know of a platform; each has a file of its id beside this one. */
export type PlatformCases = {
  readonly kind: PlatformKind
  /** As in the configuration, secrets resolved; base addresses that end in `.test`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly cases: readonly Case[]
  /**
   * Whether the documented evidence of absence stands in these answers, which may have been damaged. Looked for in the
   * raw status and text, without any of the reader's own code; rather too generous than too narrow.
   */
  isGone(answers: readonly Answer[]): boolean
  /** A stand-in of the platform on which exactly the accounts that `has` names exist; letter case as the handle's. */
  world(has: (handle: string) => boolean): Answers
  /** The n-th of many handles that somebody may have, as `kind.handle` would keep it. */
  handle(n: number): string
}
