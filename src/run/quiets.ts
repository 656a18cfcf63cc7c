import type { Account } from '../core/account.ts'
import type { Clock } from '../core/clock.ts'
import type { Done } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import { isQuieted, quietId, quietUntil, type Quiet, type QuietWish } from '../core/quiet.ts'
import type { Shift, Store } from '../core/store.ts'
import type { Roll } from '../core/tell.ts'

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
 * Times in which notices are held. A notice that is held stands in the store with the instant it is due, so that
 * nothing has to happen when a quiet ends by itself.
 */
export function createQuiets({ store, clock, log, roster, wake }: QuietsParts): Quiets {
  let quiets: readonly Quiet[] = []
  const list = (): readonly Quiet[] => quiets.filter(({ until }) => until > clock.now())

  const until = (account: string, at: number): number =>
    quiets.length === 0 ? 0 : quietUntil(quiets, roster.account(account) ?? { account, tags: [] }, at)

  /** In memory first and at once: whoever decides meanwhile is written after this, and reckons with it. */
  async function become(next: readonly Quiet[], shifts: () => readonly Shift[]): Promise<void> {
    const before = quiets
    quiets = next
    const nothing = { kept: null, spell: null, sightings: [], changes: [], deliveries: [] }
    try {
      await store.record({ ...nothing, notes: { [NOTE]: JSON.stringify(next) }, shifts: shifts() })
      wake()
    } catch (fault) {
      quiets = before
      throw fault
    }
  }

  const accountsOf = (quiet: Quiet): readonly string[] =>
    roster.all().flatMap(({ account }) => (isQuieted(quiet, account) ? [account.account] : []))

  /** What is held until `heldUntil` about the quiet's accounts is due when the others end, or now. */
  function shiftsFrom(quiet: Quiet, heldUntil: number, now: number): readonly Shift[] {
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

  return {
    async restore() {
      const note = await store.note(NOTE)
      if (note !== null) quiets = JSON.parse(note) as Quiet[]
    },
    list,
    until,
    async begin({ of, forMs, because, by }) {
      const whom = meant(of)
      if (whom === null) return missing(`Neither an account on the roll nor a tag: ${of}.`)
      const from = clock.now()
      const quiet: Quiet = { id: quietId(whom.of, from), ...whom, from, until: from + forMs, because, by }
      const others = list()
      const shorter = new Set(others.map((one) => one.until).filter((at) => at < quiet.until))
      await become([...others, quiet], () => [...shorter].flatMap((heldUntil) => shiftsFrom(quiet, heldUntil, from)))
      log.info('quiet_begun', { quiet: quiet.id, of, until: quiet.until, by })
      return { ok: true, value: quiet }
    },
    async end(id) {
      const quiet = list().find((one) => one.id === id)
      if (quiet === undefined) return missing(`No quiet ${id} lasts.`)
      const now = clock.now()
      const others = list().filter((one) => one !== quiet)
      await become(others, () => shiftsFrom(quiet, quiet.until, now))
      log.info('quiet_ended', { quiet: id, of: quiet.of })
      return { ok: true, value: { ...quiet, until: now } }
    },
  }
}

const missing = (detail: string): Done<never> => ({ ok: false, refusal: 'not_found', detail })
