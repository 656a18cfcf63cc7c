import { expect, test } from 'vitest'
import { hash32, type Account } from '../../src/core/account.ts'
import type { PlatformPlan } from '../../src/core/plan.ts'
import { createFleet, type Fleet, type Member } from '../support/fleet.ts'
import { allCases, connectedBy } from '../platforms/all.ts'
import type { PlatformCases } from '../platforms/cases/kind.ts'

const EACH = 50
/** Every tenth account is important and looked at twice as often. */
const isImportant = (n: number): boolean => n % 10 === 0

const accountOf = ({ kind, handle }: PlatformCases, n: number): Account => ({
  account: `${kind.id}:${handle(n)}`,
  platform: kind.id,
  handle: handle(n),
  name: handle(n),
  id: null,
  important: isImportant(n),
  tags: [],
  schedule: isImportant(n) ? '*/30 * * * * *' : '0 * * * * *',
})

/** Fifty accounts on every platform there is; `gone` are addresses that have ceased to exist. */
function fleetOf(every: readonly PlatformCases[], gone: ReadonlySet<string>): { fleet: Fleet; accounts: Account[] } {
  const accounts = every.flatMap((cases) => Array.from({ length: EACH }, (_, n) => accountOf(cases, n)))
  const known = new Set(accounts.map(({ account }) => account.toLowerCase()))
  const members = every.map((cases): Member => {
    const platform = connectedBy(cases)
    const controls = new Set(platform.controls.known.map((handle) => `${platform.id}:${handle}`.toLowerCase()))
    const isThere = (handle: string): boolean => {
      const address = `${platform.id}:${handle}`.toLowerCase()
      return controls.has(address) || (known.has(address) && !gone.has(address))
    }
    return { platform, answers: cases.world(isThere) }
  })
  let asked = 0
  const latency = (): number => 20 + (hash32(String(asked++), 7) % 180)
  return { fleet: createFleet(members, accounts, latency), accounts }
}

/** The most requests in any window of that length. */
function busiest(times: readonly number[], windowMs: number): number {
  let [most, from] = [0, 0]
  for (const [at, time] of times.entries()) {
    while (times[from]! <= time - windowMs) from++
    most = Math.max(most, at - from + 1)
  }
  return most
}

const promised = ({ apart }: PlatformPlan, { important }: Account): number =>
  (important ? apart.importantMs : apart.ordinaryMs) ?? Infinity
const noticed = ({ worst }: PlatformPlan, { important }: Account): number =>
  (important ? worst.importantMs : worst.ordinaryMs) ?? Infinity

/** Every platform there is, and one more that the configuration describes: twenty. */
function everyPlatform(): readonly PlatformCases[] {
  const site = allCases.find(({ kind }) => kind.id === 'http')!
  return [...allCases, { ...site, kind: site.kind.named!('forum', site.settings) }]
}

test('a thousand accounts over all platforms stay within every budget, and none is later than the plan said', async () => {
  const gone = new Set<string>()
  const { fleet, accounts } = fleetOf(everyPlatform(), gone)
  const start = fleet.now()
  const fell = new Map<string, number>()
  for (let minute = 0; minute < 10; minute++) {
    await fleet.advance(30_000)
    // In each of the first minutes one account of every platform goes, an important one first.
    if (minute > 0 && minute < 4) {
      for (const { kind, handle } of everyPlatform()) {
        const address = `${kind.id}:${handle(minute === 1 ? 20 : minute)}`
        gone.add(address.toLowerCase())
        fell.set(address, fleet.now())
      }
    }
    await fleet.advance(30_000)
  }
  await fleet.stop()

  const planOf = new Map(fleet.plans.map((plan) => [plan.platform, plan]))
  for (const plan of fleet.plans) {
    const times = fleet.requests.get(plan.platform)!
    expect([plan.platform, times.length > 0]).toEqual([plan.platform, true])
    expect([plan.platform, busiest(times, plan.budget.windowMs) <= plan.budget.requests]).toEqual([plan.platform, true])
  }
  const late: string[] = []
  for (const account of accounts) {
    const plan = planOf.get(account.platform)!
    const [first = fleet.now(), ...others] = fleet.sightings.get(account.account)!
    // The first look comes at once; the next one is a slot's, and from there on the plan's word counts.
    const instants = [...others, fleet.now()]
    const gaps = instants.slice(1).map((at, index) => at - instants[index]!)
    const longest = Math.max(first - start, ...gaps)
    const allowed = promised(plan, account)
    if (longest > allowed) late.push(`${account.account} ${longest} ms, promised ${allowed} ms`)
  }
  expect(late).toEqual([])
  const opened = new Map(fleet.told.map(({ account, at }) => [account, at]))
  for (const [address, at] of fell) {
    const account = accounts.find((one) => one.account === address)!
    const plan = planOf.get(account.platform)!
    const deadline = at + noticed(plan, account)
    if (!plan.tellsAbsence) expect([address, opened.has(address)]).toEqual([address, false])
    else if (deadline <= fleet.now()) {
      const told = opened.get(address)
      expect([
        address,
        told === undefined ? 'never' : told <= deadline ? 'in time' : `${told - deadline} ms late`,
      ]).toEqual([address, 'in time'])
    }
  }
  const fits = fleet.plans.filter((plan) => plan.fits).length
  process.stdout.write(
    `${accounts.length} accounts over ${fleet.plans.length} platforms (${fits} fit): ` +
      `${[...fleet.requests.values()].reduce((sum, times) => sum + times.length, 0)} requests in ten minutes, ` +
      `${opened.size} of ${fell.size} absences told\n`,
  )
}, 120_000)

test('where money runs short important accounts are looked at first, and neither kind is later than the plan said', async () => {
  const cases = allCases.find(({ kind }) => kind.id === 'x')!
  const platform = { ...connectedBy(cases), spendPerDay: 36 }
  const accounts = Array.from({ length: 20 }, (_, n): Account => {
    return { ...accountOf(cases, n), important: n < 4, schedule: '0 * * * * *' }
  })
  const fleet = createFleet([{ platform, answers: cases.world(() => true) }], accounts, () => 50)
  const [plan] = fleet.plans
  // What is there for a burst is spent.
  await fleet.advance(60 * 60_000)
  const from = fleet.now()
  await fleet.advance(12 * 60 * 60_000)
  await fleet.stop()
  const longest = ({ account }: Account): number => {
    const instants = [from, ...fleet.sightings.get(account)!.filter((at) => at >= from), fleet.now()]
    return Math.max(...instants.slice(1).map((at, index) => at - instants[index]!))
  }
  const late = accounts.filter((account) => longest(account) > promised(plan!, account))
  expect(late.map((account) => [account.account, longest(account), promised(plan!, account)])).toEqual([])
  const [important, ordinary] = [accounts.slice(0, 4), accounts.slice(4)].map((some) => Math.max(...some.map(longest)))
  expect(important! * 4).toBeLessThan(ordinary!)
}, 60_000)
