import type { Desk } from '../core/desk.ts'
import type { Outage } from '../core/outage.ts'
import { reportOf } from '../core/report.ts'
import type { Transition } from '../core/transition.ts'

/** One evening has no more transitions than this. */
const MOST = 10_000

/** The incident report of each outage, for a terminal. */
export async function reportsOf(outages: readonly Outage[], desk: Desk): Promise<readonly string[]> {
  const transitions = await desk.store.transitionsAfter(0, MOST)
  return Promise.all(outages.map((outage) => reportText(outage, desk, transitions)))
}

async function reportText(outage: Outage, desk: Desk, transitions: readonly Transition[]): Promise<string> {
  const account = desk.account(outage.account)?.account
  const platforms = desk.platforms().map(({ platform }) => platform)
  const platform = platforms.find(({ id }) => id === account?.platform)
  const { items } = await desk.store.deliveries({ outage: outage.id, limit: 100 })
  return reportOf(
    {
      outage,
      name: account?.name ?? outage.account,
      profileUrl: account === undefined ? null : (platform?.profileUrl(account.handle) ?? null),
      sightings: await desk.store.sightingsOf(outage.id),
      transitions: transitions.filter((one) => concerns(one, outage)),
      deliveries: items,
      lookWords: Object.fromEntries((platform?.looks ?? []).map(({ name, words }) => [name, words])),
      now: desk.now(),
    },
    'text',
  )
}

/** Its own transitions, and what befell our sight or the platform while it stood. */
const concerns = (transition: Transition, { id, firstAbsentAt, closedAt }: Outage): boolean =>
  'outage' in transition
    ? transition.outage.id === id
    : transition.at >= firstAbsentAt && transition.at <= (closedAt ?? Infinity)
