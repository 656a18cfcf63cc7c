import { heldHandle, splitAddress } from './account.ts'
import type { Delivery } from './delivery.ts'
import type { Desk } from './desk.ts'
import type { Outage } from './outage.ts'
import type { ReportParts } from './report.ts'
import { accountOf, platformOf, type Transition } from './transition.ts'

/** All that the desk knows of an outage, for its report. */
export async function reportPartsOf(outage: Outage, desk: Desk): Promise<ReportParts> {
  const { store } = desk
  const watched = desk.account(outage.account)
  const [id, handle] = splitAddress(outage.account) ?? ['', '']
  const platform = desk.platforms().find((one) => one.platform.id === id)?.platform
  const [sightings, transitions, deliveries] = await Promise.all([
    store.sightingsOf(outage.id),
    store.transitionsOf(outage),
    deliveriesOf(outage, desk),
  ])
  return {
    outage,
    name: watched?.account.name ?? outage.account,
    profileUrl: platform?.profileUrl(heldHandle(watched?.belief.identity ?? null, { handle })) ?? null,
    sightings,
    isWhole: store.isWhole(sightings),
    transitions: transitions.filter((one) => concerns(one, outage)),
    deliveries,
    lookWords: Object.fromEntries((platform?.looks ?? []).map(({ name, words }) => [name, words])),
    now: desk.now(),
  }
}

async function deliveriesOf({ id }: Outage, { store }: Desk): Promise<readonly Delivery[]> {
  const all: Delivery[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof store.deliveries>> = await store.deliveries({
      outage: id,
      limit: 500,
      ...(cursor !== '' && { cursor }),
    })
    all.push(...page.items)
    cursor = page.next
  }
  return all
}

/** Of what befell our sight and the platforms meanwhile: what could concern this account. */
function concerns(transition: Transition, { account }: Outage): boolean {
  const one = accountOf(transition)
  const platform = platformOf(transition)
  return one === null ? platform === null || account.startsWith(`${platform}:`) : one === account
}
