import type { Delivery, DeliveryState } from '../../src/core/delivery.ts'

/** What an outbox must do, said as plainly as possible. */
export type Owed = { readonly delivery: Delivery; state: DeliveryState; dueAt: number; leasedUntil: number }

const MOST_FOLLOWING = 50

export function createOutboxModel() {
  const lines = new Map<string, Owed[]>()
  const byId = new Map<string, Owed>()

  const open = (line: readonly Owed[]): readonly Owed[] => line.filter(({ state }) => state === 'due')
  const freeAt = (line: readonly Owed[]): number =>
    Math.max(line[0]!.dueAt, ...line.map(({ leasedUntil }) => leasedUntil))
  const openLines = () => [...lines.values()].map(open).filter((line) => line.length > 0)

  return {
    owe(delivery: Delivery): void {
      const owed: Owed = { delivery, state: 'due', dueAt: delivery.dueAt, leasedUntil: 0 }
      const line = `${delivery.subscriber} ${delivery.subject}`
      lines.set(line, [...(lines.get(line) ?? []), owed])
      byId.set(delivery.id, owed)
    },
    /** The ids of each group that can be claimed, the oldest first in its group. */
    claim(now: number, leaseMs: number): readonly (readonly string[])[] {
      const groups = openLines()
        .filter((line) => freeAt(line) <= now)
        .map((line) => line.slice(0, 1 + MOST_FOLLOWING))
      for (const owed of groups.flat()) owed.leasedUntil = now + leaseMs
      return groups.map((group) => group.map(({ delivery }) => delivery.id))
    },
    settle(id: string, state: DeliveryState, dueAt: number): void {
      const owed = byId.get(id)!
      if (owed.state !== 'due') return
      const { subscriber, subject } = owed.delivery
      const line = lines.get(`${subscriber} ${subject}`)!
      owed.state = state
      owed.dueAt = dueAt
      for (const behind of line.slice(line.indexOf(owed))) behind.leasedUntil = 0
    },
    retry(id: string, now: number): 'due' | 'told' | 'busy' | 'overtaken' {
      const owed = byId.get(id)!
      if (owed.state === 'due') return 'due'
      if (owed.state === 'delivered') return 'told'
      const { subscriber, subject } = owed.delivery
      const line = lines.get(`${subscriber} ${subject}`)!
      const later = line.slice(line.indexOf(owed) + 1)
      if (later.some(({ state, leasedUntil }) => state === 'due' && leasedUntil > now)) return 'busy'
      if (later.some(({ state }) => state === 'delivered')) return 'overtaken'
      const told = line.findLastIndex(({ state }) => state === 'delivered')
      for (const one of line.slice(told + 1)) {
        if (one.state !== 'due') Object.assign(one, { state: 'due', dueAt: now, leasedUntil: 0 })
      }
      return 'due'
    },
    nextDueAt(): number | null {
      const instants = openLines().map(freeAt)
      return instants.length === 0 ? null : Math.min(...instants)
    },
    states: (): Readonly<Record<string, DeliveryState>> =>
      Object.fromEntries([...byId].map(([id, { state }]) => [id, state])),
  }
}
