import { z } from '@hono/zod-openapi'
import type { Desk } from '../../core/desk.ts'
import { accountJson, outageJson } from '../../core/json.ts'
import { spellJson } from '../../core/json-desk.ts'
import type { Watched } from '../../core/store.ts'
import { availabilityOver, before } from '../../core/window.ts'
import { accountHistory, blindSince, DAY } from './history.ts'
import { account, outage } from './shapes.ts'
import { spell } from './shapes-desk.ts'

const share = z.number().min(0).max(1).nullable()

/** An account as its own route shows it. */
export const accountDetail = account
  .extend({
    spells: z.array(spell),
    availability: z.object({ '24h': share, '7d': share, '30d': share, '90d': share }).openapi({
      description:
        '1 − outage time ÷ (window − time in which we could not see, which is also the time before the first look); ' +
        'null where nothing was seen',
    }),
    outages: z.array(outage),
  })
  .openapi('AccountDetail')

/** One account with its blind spells, outages and availability of the last 90 days. */
export async function detailOf(desk: Desk, watched: Watched): Promise<z.infer<typeof accountDetail>> {
  const now = desk.now()
  const { outages, spells } = await accountHistory(desk.store, watched.account.account, now)
  const lasting = blindSince(desk, watched)
  const unseen = before(watched.belief.seenFrom ?? watched.belief.conclusiveAt, outages, spells)
  const blind = [unseen, ...spells, ...(lasting === null ? [] : [{ from: lasting, to: now }])]
  const over = (days: number): number | null =>
    availabilityOver({ from: now - days * DAY, to: now }, outages, blind, now)
  return {
    ...accountJson(watched),
    spells: [...spells.map(spellJson), ...(lasting === null ? [] : [spellJson({ from: lasting, to: null })])],
    availability: { '24h': over(1), '7d': over(7), '30d': over(30), '90d': over(90) },
    outages: outages.map((outage) => outageJson(outage, watched.account.name, now)),
  }
}
