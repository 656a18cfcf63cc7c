import type { Done } from '../core/desk.ts'
import type { Outage, Remark } from '../core/outage.ts'
import type { Store } from '../core/store.ts'
import type { OutageChangeName } from '../core/transition.ts'
import { keptOf } from './keeper.ts'
import type { Ledger } from './ledger.ts'
import type { Roster } from './roster.ts'
import type { Watch } from './watch.ts'

/** What people may do with an outage (rule 9). */
export type Remarks = {
  acknowledge(outage: string, remark: Remark): Promise<Done<Outage>>
  annotate(outage: string, remark: Remark): Promise<Done<Outage>>
  retract(outage: string, remark: Remark): Promise<Done<Outage>>
}

/** What people say about outages (rule 9): a transition like any other, written before it is told. */
export function createRemarks(parts: { store: Store; roster: Roster; watch: Watch; ledger: Ledger }): Remarks {
  const { store, roster, watch, ledger } = parts

  type Apply = (outage: Outage) => Done<Outage>

  async function remark(id: string, name: OutageChangeName, at: number, apply: Apply): Promise<Done<Outage>> {
    const stored = await store.outage(id)
    if (stored === null) return { ok: false, refusal: 'not_found', detail: `There is no outage ${id}.` }
    const entry = roster.entry(stored.account)
    const write = async (outage: Outage, kept: Parameters<Ledger['record']>[0]['kept']): Promise<void> => {
      await ledger.record({ kept, spell: null, sightings: [], changes: [{ name, at, outage }] })
    }
    if (entry === undefined) return applied(apply(stored), (outage) => write(outage, null))
    return watch.alone(entry, async () => {
      const { belief } = entry
      // The belief holds the open outage; it may have grown since it was last written.
      const isOpen = belief.kind === 'down' && belief.outage.id === id
      return applied(apply(isOpen ? belief.outage : ((await store.outage(id)) ?? stored)), async (outage) => {
        if (!isOpen) return write(outage, null)
        const next = { ...belief, outage }
        await write(outage, { ...keptOf(entry), belief: next })
        entry.belief = next
      })
    })
  }

  return {
    acknowledge: (id, by) =>
      remark(id, 'outage.acknowledged', by.at, (outage) =>
        outage.closedAt !== null
          ? conflict('This outage is over; there is nothing left to acknowledge.')
          : outage.acknowledged !== null
            ? conflict(`Already acknowledged by ${outage.acknowledged.by}.`)
            : { ok: true, value: { ...outage, acknowledged: by } },
      ),
    annotate: (id, by) =>
      remark(id, 'outage.annotated', by.at, (outage) => ({
        ok: true,
        value: { ...outage, notes: [...outage.notes, by] },
      })),
    retract: (id, by) =>
      remark(id, 'outage.retracted', by.at, (outage) =>
        outage.retracted !== null
          ? conflict(`Already retracted by ${outage.retracted.by}.`)
          : { ok: true, value: { ...outage, retracted: by } },
      ),
  }
}

const conflict = (detail: string): Done<Outage> => ({ ok: false, refusal: 'conflict', detail })

async function applied(done: Done<Outage>, write: (outage: Outage) => Promise<void>): Promise<Done<Outage>> {
  if (done.ok) await write(done.value)
  return done
}
