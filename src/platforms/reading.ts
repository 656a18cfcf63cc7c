import { z } from 'zod'
import { jsonOf, unclear, type Answer, type Ask } from '../core/answer.ts'
import type { Asked, Look, Reading } from '../core/platform.ts'
import { inconclusive, type Cause, type Reason, type Verdict } from '../core/verdict.ts'
import type { IdForm } from './kind.ts'

/** What every platform's file needs to say what an answer meant. */
export const reading = (verdict: Verdict, marker: string | null, answer: Answer | null): Reading => ({
  verdict,
  // Some are the server's own words, and evidence is kept for good.
  marker: marker?.slice(0, 120) ?? null,
  answer,
})

/** What an answer without a meaning of its own says: that we cannot see. */
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

/** Bodies as short as `[]` and `null` are an interface's word only where they are labelled as one. */
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

/** A list of at most so many parts; a longer one is refused before any of them is read. */
export const fewOf = <Part extends z.ZodType>(most: number, part: Part) =>
  z.array(z.unknown()).max(most).pipe(z.array(part))

/** A display name as it is kept: what is far longer than names are is none, and would be told with every outage. */
export const Name = z.string().min(1).max(640).optional().catch(undefined)

/** An audience; what is no count is left out. */
export const Count = z.int().nonnegative().optional().catch(undefined)

/** An id that comes as a number, kept as text: it is a name, and nothing is counted with it. */
export const NumberedId = z.int().positive().transform(String)

/** Written without zeros before it, by every platform that counts. */
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

export const withoutAt = (raw: string): string => (raw.startsWith('@') ? raw.slice(1) : raw)

/** A base address in the configuration. */
export const baseAddress = (fallback: string, description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .default(fallback)
    .meta({ description })

/** A credential in the configuration: it goes into a header, so nothing may be in it that cannot stand there. */
export const credential = (description: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')
    .meta({ secret: true, description })

/** A random name of so many of these letters; long enough, nobody has it. The first is a letter from a to z. */
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

/** A copy of a part of a page: the part itself would keep the whole page in memory for as long as it is kept. */
export const copyOf = (part: string): string => structuredClone(part)
