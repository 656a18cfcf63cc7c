import type { Account } from '../core/account.ts'
import type { Clock } from '../core/clock.ts'
import type { Done } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import { isQuieted, quietId, quietUntil, type Quiet, type QuietWish } from '../core/quiet.ts'
import type { Shift, Store } from '../core/store.ts'
import type { Roll } from '../core/tell.ts'

/** The quiets that last, kept as one note in the store. */
export type Quiets = {
  /** Takes up those of before the restart. */
  restore(): Promise<void>
  /** Those that last, the oldest first. */
  list(): readonly Quiet[]
  begin(wish: QuietWish): Promise<Done<Quiet>>
  /** Before its time: what it held is due now, unless another one holds it. */
  end(id: string): Promise<Done<Quiet>>
  /** Until when notices about an account are held, epoch ms; 0 when they are not. */
  until(account: string, at: number): number
}

export type QuietsParts = {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly roster: Roll & { all(): readonly { readonly account: Account }[] }
  /** Something is owed now. */
  readonly wake: () => void
}

const NOTE = 'quiets'

/**
 * Times in which notices are held: what is decided meanwhile from the start, what was owed before when its turn comes.
 * A notice that is held stands in the store with the instant it is due, so that nothing has to happen when a quiet ends
 * by itself.
 */
export function createQuiets({ store, clock, log, roster, wake }: QuietsParts): Quiets {
  let quiets: readonly Quiet[] = []
  let writing: Promise<unknown> = Promise.resolve()
  const list = (): readonly Quiet[] => quiets.filter(({ until }) => until > clock.now())

  const until = (account: string, at: number): number =>
    quiets.length === 0 ? 0 : quietUntil(quiets, roster.account(account) ?? { account, tags: [] }, at)

  /** Each is made from what the one before has left. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const mine = writing.then(change)
    writing = mine.catch(() => undefined)
    return mine
  }

  const write = (next: readonly Quiet[], shifts: readonly Shift[] = []): Promise<unknown> =>
    store.record({ ...NOTHING, notes: { [NOTE]: JSON.stringify(next) }, shifts })

  /** Nothing is held for one that is not written. What is decided meanwhile has its turn after this, and waits then. */
  async function add(quiet: Quiet): Promise<void> {
    const next = [...list(), quiet]
    await write(next)
    quiets = next
  }

  /** In memory first: what is decided meanwhile is written after the others were moved, and must not wait any more. */
  async function remove(quiet: Quiet, now: number): Promise<void> {
    const before = quiets
    quiets = list().filter((one) => one !== quiet)
    try {
      await write(quiets, shiftsFrom(quiet, now))
    } catch (fault) {
      quiets = before
      throw fault
    }
    wake()
  }

  const accountsOf = (quiet: Quiet): readonly string[] =>
    roster.all().flatMap(({ account }) => (isQuieted(quiet, account) ? [account.account] : []))

  /** What is held until the quiet's end about its accounts is due when the others end, or now. */
  function shiftsFrom(quiet: Quiet, now: number): readonly Shift[] {
    const heldUntil = quiet.until
    const byDue = Map.groupBy(accountsOf(quiet), (account) => Math.max(now, until(account, now)))
    return [...byDue].flatMap(([dueAt, accounts]) =>
      dueAt === heldUntil ? [] : [{ kind: 'move' as const, accounts, heldUntil, dueAt }],
    )
  }

  function meant(of: string): Pick<Quiet, 'kind' | 'of'> | null {
    const account = roster.account(of)
    if (account !== null) return { kind: 'account', of: account.account }
    return roster.some(({ tags }) => tags.includes(of)) ? { kind: 'tag', of } : null
  }

  async function begin({ of, forMs, because, by }: QuietWish): Promise<Done<Quiet>> {
    const whom = meant(of)
    if (whom === null) return missing(`Neither an account on the roll nor a tag: ${of}.`)
    const from = clock.now()
    const quiet: Quiet = { id: quietId(whom.of, from), ...whom, from, until: from + forMs, because, by }
    await add(quiet)
    log.info('quiet_begun', { quiet: quiet.id, of, until: quiet.until, by })
    return { ok: true, value: quiet }
  }

  async function end(id: string): Promise<Done<Quiet>> {
    const quiet = list().find((one) => one.id === id)
    if (quiet === undefined) return missing(`No quiet ${id} lasts.`)
    const now = clock.now()
    await remove(quiet, now)
    log.info('quiet_ended', { quiet: id, of: quiet.of })
    return { ok: true, value: { ...quiet, until: now } }
  }

  return {
    async restore() {
      const note = await store.note(NOTE)
      if (note !== null) quiets = JSON.parse(note) as Quiet[]
    },
    list,
    until,
    begin: (wish) => inTurn(() => begin(wish)),
    end: (id) => inTurn(() => end(id)),
  }
}

const NOTHING = { kept: null, spell: null, sightings: [], changes: [], deliveries: [] }

const missing = (detail: string): Done<never> => ({ ok: false, refusal: 'not_found', detail })
