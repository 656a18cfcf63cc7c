import { z } from 'zod'
import { jsonOf, unclear, type Answer, type Ask } from '../core/answer.ts'
import type { Asked, Look, Reading } from '../core/platform.ts'
import { inconclusive, type Cause, type Reason, type Verdict } from '../core/verdict.ts'
import type { IdForm } from './kind.ts'

/**
 * What an answer meant for one account.
 *
 * @param marker what decided; cut to 120 units, since some markers are the server's own words, and evidence is kept for
 *   good
 */
export const reading = (verdict: Verdict, marker: string | null, answer: Answer | null): Reading => ({
  verdict,
  marker: marker === null || marker.length <= LONGEST_MARKER ? marker : copyOf(marker.slice(0, LONGEST_MARKER)),
  answer,
})

const LONGEST_MARKER = 120

/** The reading of an answer that no rule of the platform knows: we cannot see, for the cause that `unclear` finds. */
export const unread = (answer: Answer, marker: string | null = null): Reading =>
  reading(unclear(answer), marker, answer)

/** We cannot see, for a cause that the platform's own words name. */
export const blindBy = (cause: Cause, marker: string, answer: Answer): Reading =>
  reading(inconclusive(cause), marker, answer)

/** The body as this schema knows it, or null. */
export function bodyAs<Schema extends z.ZodType>(
  schema: Schema,
  answer: Pick<Answer, 'text'>,
): z.output<Schema> | null {
  const parsed = schema.safeParse(jsonOf(answer))
  return parsed.success ? parsed.data : null
}

/**
 * Whether an answer is labelled as JSON. Bodies as short as `[]` and `null` count as an interface's answer only where
 * they are: anything else may send them as well.
 */
export const isLabelledJson = ({ headers }: Pick<Answer, 'headers'>): boolean =>
  /^application\/(?:[\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '')

/** The ask of a look that takes one account a request. */
export const eachAlone =
  (one: (account: Asked, ask: Ask) => Promise<Reading>): Look['ask'] =>
  (accounts, ask) =>
    Promise.all(accounts.map((account) => one(account, ask)))

/**
 * The ask of a look that can only ask by id. Controls come without one: theirs is found by name first, and a name that
 * leads nowhere has its answer already.
 */
export const foundByName =
  (byName: Look['ask'], byId: Look['ask']): Look['ask'] =>
  async (accounts, ask) => {
    const nameless = accounts.filter(({ id }) => id === null)
    const named = await readingsFor(byName, nameless, ask)
    const asked = accounts.map((account) => ({ ...account, id: account.id ?? idIn(named.get(account)) }))
    const seen = await readingsFor(
      byId,
      asked.filter(({ id }) => id !== null),
      ask,
    )
    return accounts.map((account, at) => seen.get(asked[at] as Asked) ?? named.get(account) ?? UNASKED)
  }

/** One ask made of two: each account goes the way that is open to it. */
export const eitherWay =
  (goesFirst: (account: Asked) => boolean, first: Look['ask'], second: Look['ask']): Look['ask'] =>
  async (accounts, ask) => {
    const others = accounts.filter((account) => !goesFirst(account))
    const [one, other] = await Promise.all([
      readingsFor(first, accounts.filter(goesFirst), ask),
      readingsFor(second, others, ask),
    ])
    return accounts.map((account) => one.get(account) ?? other.get(account) ?? UNASKED)
  }

/**
 * Whom the answer to a batch shows, by key. Null when it shows somebody twice or whom nobody asked about: such an
 * answer is not ours, and proves nothing of whoever is missing from it.
 */
export function shownBy<Shown>(
  asked: readonly string[],
  shown: readonly Shown[],
  keyOf: (one: Shown) => string,
): ReadonlyMap<string, Shown> | null {
  const found = new Map(shown.map((one) => [keyOf(one), one]))
  return found.size === shown.length && new Set(found.keys()).isSubsetOf(new Set(asked)) ? found : null
}

async function readingsFor(
  asking: Look['ask'],
  accounts: readonly Asked[],
  ask: Ask,
): Promise<ReadonlyMap<Asked, Reading>> {
  const readings = accounts.length === 0 ? [] : await asking(accounts, ask)
  return new Map(accounts.flatMap((account, at) => (readings[at] === undefined ? [] : [[account, readings[at]]])))
}

const UNASKED: Reading = { verdict: inconclusive('unreadable'), marker: 'not asked', answer: null }

const idIn = (found: Reading | undefined): string | null =>
  found?.verdict.kind === 'present' ? found.verdict.identity.id : null

/** Reasons for which a name leads nowhere; one that was pinned may also have moved to another name. */
export const unlessMoved = (
  { id }: Asked,
  ...because: readonly [Reason, ...Reason[]]
): readonly [Reason, ...Reason[]] => (id === null ? because : [...because, 'renamed'])

/** An address below a base that may end in a slash. */
export const under = (base: string, path: string): string => `${base.replace(/\/+$/, '')}${path}`

/**
 * A list of at most `most` parts. Counted before the parts are read: complaining about a million wrong parts of a
 * hostile answer would take a gigabyte.
 */
export const fewOf = <Part extends z.ZodType>(most: number, part: Part) =>
  z.array(z.unknown()).max(most).pipe(z.array(part))

/** A display name. What is far longer than names are is taken for none: it would be told with every outage. */
export const Name = z.string().min(1).max(640).optional().catch(undefined)

/** An audience; what is no count is left out. */
export const Count = z.int().nonnegative().optional().catch(undefined)

/** An id that comes as a number, kept as text: nobody calculates with it. */
export const NumberedId = z.int().positive().transform(String)

/** The form of ids that are numbers; no platform writes them with leading zeros. */
export const numbered = (example: string) => (): IdForm => ({
  pattern: /^[1-9]\d{0,19}$/,
  words: `a number such as ${example}`,
})

/** `displayName` and `followers` of an identity, as far as they are known. */
export const profile = (
  displayName: string | null | undefined,
  followers: number | null | undefined,
): { displayName?: string; followers?: number } => ({
  ...(displayName === null || displayName === undefined ? {} : { displayName }),
  ...(followers === null || followers === undefined ? {} : { followers }),
})

/** A handle without the `@` that people put before it. */
export const withoutAt = (raw: string): string => (raw.startsWith('@') ? raw.slice(1) : raw)

/**
 * A random name of `length` letters, which nobody has if it is long enough. It begins with one of the first 26 letters.
 *
 * @param letters at least 26, beginning with a to z
 */
export function randomName(length: number, letters = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(bytes, (byte, at) => letters.charAt(byte % (at === 0 ? 26 : letters.length))).join('')
}

/**
 * Whether a page came to its end: one that was cut off on the way may lack what would have told another story. Some
 * servers add a comment of their own.
 */
export const isWholePage = ({ text }: Pick<Answer, 'text'>): boolean =>
  /<\/html>\s*(?:<!--[^<>]*-->\s*)?$/i.test(text.slice(-256))

/** A copy of a part of a text: V8 keeps the whole text in memory for as long as a part that was cut out of it. */
export const copyOf = (part: string): string => structuredClone(part)
