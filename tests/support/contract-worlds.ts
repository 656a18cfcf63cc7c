import type { TestContext } from 'vitest'
import { z } from 'zod'
import type { PlatformState } from '../../src/client/index.ts'
import { TRUSTS } from '../../src/core/platform.ts'
import { allCases } from '../platforms/all.ts'
import type { PlatformCases } from '../platforms/cases/kind.ts'
import { folderWith, serve, type Served } from './contract-process.ts'
import { Outage, OutageDetail, type Transition } from './contract-shapes.ts'
import { until } from './run-app.ts'
import { startWorld, type WorldServer } from './world-server.ts'

export type After = TestContext['onTestFinished']

/** What a test has started ends with it, however it ends: a process left behind would go on asking. */
export async function ending<Started extends { stop(): Promise<unknown> }>(
  after: After,
  starting: Promise<Started>,
): Promise<Started> {
  const started = await starting
  after(async () => {
    await started.stop()
  })
  return started
}

export function folderFor(after: After, files: Readonly<Record<string, string>>): { readonly path: string } {
  const folder = folderWith(files)
  after(() => folder.remove())
  return folder
}

export const casesOf = (id: string): PlatformCases => allCases.find(({ kind }) => kind.id === id)!

/** Beside the addresses in its settings, the host that Bluesky's directory leads to. */
export const worldOf = (cases: PlatformCases): Promise<WorldServer> =>
  startWorld(cases, { leadsTo: ['http://pds.test'] })

/** The stand-ins of these platforms, for one test. */
export const worldsOf = (after: After, ...ids: readonly string[]): Promise<readonly WorldServer[]> =>
  Promise.all(ids.map((id) => ending(after, worldOf(casesOf(id)))))

export type Watching = {
  readonly platforms: object
  readonly accounts: readonly unknown[]
  readonly defaults?: object
  readonly rules?: readonly object[]
  readonly subscribers?: readonly object[]
}

/** A configuration that looks often. */
export const watching = ({ defaults, ...rest }: Watching): string =>
  JSON.stringify({
    listen: '127.0.0.1:0',
    outbound: { allowPrivate: ['127.0.0.0/8'] },
    defaults: { schedule: '* * * * * *', confirm: { every: '50ms' }, blindAfter: '60s', ...defaults },
    ...rest,
  })

/** What a configuration says of these worlds, to watch the account of each. */
export const partsOf = (worlds: readonly WorldServer[]): Pick<Watching, 'platforms' | 'accounts'> => ({
  platforms: Object.fromEntries(worlds.map(({ kind, settings }) => [kind.id, settings])),
  accounts: worlds.map(({ account }) => account),
})

export const envOf = (worlds: readonly WorldServer[]): Readonly<Record<string, string>> =>
  Object.fromEntries(worlds.flatMap(({ env }) => Object.entries(env)))

/** Watches the account of each of these worlds, for one test. */
export const serveWorlds = (
  after: After,
  worlds: readonly WorldServer[],
  more: Partial<Watching> = {},
): Promise<Served> => ending(after, serve(watching({ ...partsOf(worlds), ...more }), { env: envOf(worlds) }))

export const isUp = ({ belief }: { belief: string }): boolean => belief === 'up'
export const isDown = ({ belief }: { belief: string }): boolean => belief === 'down'

/** An outage with what tells how far it can be believed, and who is there instead. */
export const Judged = Outage.extend({
  trust: z.enum(TRUSTS),
  now: z.looseObject({ handle: z.string() }).nullable(),
})

/** The account's newest outage. */
export async function outageOf(served: Served, account: string): Promise<z.infer<typeof Judged>> {
  const [newest] = await served.outages(`account=${encodeURIComponent(account)}`)
  return Judged.parse(newest)
}

export async function detailOf(served: Served, account: string): Promise<OutageDetail> {
  const { id } = await outageOf(served, account)
  return OutageDetail.parse((await served.get(`/api/v1/outages/${id}`)).json)
}

/** The absent sightings that it took to open the account's outage. */
export async function sightingsOf(served: Served, account: string): Promise<number> {
  const { sightings, openedAt } = await detailOf(served, account)
  return sightings.filter(({ verdict, answeredAt }) => verdict === 'absent' && answeredAt <= openedAt).length
}

export type PlatformView = PlatformState & {
  readonly budget: { requests: number; windowMs: number; used: number; planned: number; headroom: number }
  readonly worstNoticeMs: number | null
  readonly warnings: readonly string[]
  readonly source: { readonly name: string; readonly licence: string } | null
}

export const platformsOf = async (served: Served): Promise<readonly PlatformView[]> =>
  (await served.polled<{ platforms: readonly PlatformView[] }>('/api/v1/platforms')).platforms

export const platformOf = async (served: Served, id: string): Promise<PlatformView> =>
  (await platformsOf(served)).find(({ platform }) => platform === id)!

export type Told = Transition & {
  readonly scope?: string
  readonly account?: string
  readonly platform?: string
  readonly look?: string
  readonly because?: readonly string[]
}

export const toldBy = async (served: Served): Promise<readonly Told[]> => await served.transitions()

/** The names of all that was told, once this is the newest. */
export async function namesTold(served: Served, newest: string): Promise<readonly string[]> {
  const told = await until(served.transitions, (all) => all.at(-1)?.name === newest, `${newest} is told`)
  return told.map(({ name }) => name)
}
