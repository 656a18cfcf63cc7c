import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expect } from 'vitest'
import { until } from './run-app.ts'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const HANDLES = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']

/** Where a process can be made to end itself. */
export const BOUNDARIES = [
  'before record',
  'after record',
  'before send',
  'during send',
  'after send',
  'before settle',
  'after settle',
] as const

/** Where it can in the course of a storm: around the write that lets one fall, or that tells of the storm. */
export const STORM_BOUNDARIES = [
  'before outbreak',
  'after outbreak',
  'before growth',
  'after growth',
  'before settling',
  'after settling',
  'before fall',
  'after fall',
] as const
export type Boundary = (typeof BOUNDARIES)[number] | (typeof STORM_BOUNDARIES)[number]

/** `run` goes into the User-Agent; without a boundary it runs until it is ended. */
export type Order = {
  readonly file: string
  readonly run: number
  readonly startAt: number
  readonly speed: number
  readonly boundary: Boundary | null
  readonly nth: number
}

export type Told = {
  readonly id: string
  readonly agent: string
  readonly type: string
  readonly data: {
    readonly seq: number
    readonly outage: { readonly id: string; readonly account: string }
    readonly merged: readonly { readonly id: string; readonly seq: number }[]
  }
}

/** Keeps every notice it was sent, verified with the library of the standard and not with our own code. */
export async function createReceiver() {
  const got: Told[] = []
  const verifier = new Webhook(SECRET)
  const server = createServer((request, response) => {
    let body = ''
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const told = verifier.verify(body, request.headers as Record<string, string>) as Omit<Told, 'id' | 'agent'>
      got.push({ ...told, id: String(request.headers['webhook-id']), agent: String(request.headers['user-agent']) })
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { got, url: `http://127.0.0.1:${port}/hook`, stop: () => server.close() }
}

export type Get = <T>(path: string) => Promise<T | undefined>

export type Heard = { readonly seq: number; readonly name: string; readonly account: string | null }

/** Waits until everybody is up and nothing is owed; answers with all that has happened. */
export async function untilTold(get: Get): Promise<readonly Heard[]> {
  type Accounts = { accounts: { belief: string }[] }
  type Subscribers = { subscribers: { owed: number }[] }
  await until(
    () => get<Accounts>('/api/v1/accounts'),
    // The doors open a moment before the roll is called.
    (seen) => seen?.accounts.filter(({ belief }) => belief === 'up').length === HANDLES.length,
    'all are up',
    60_000,
  )
  await until(
    () => get<Subscribers>('/api/v1/subscribers'),
    (seen) => seen?.subscribers[0]?.owed === 0,
    'nothing is owed',
    60_000,
  )
  return happened(get)
}

/** All that has happened so far. */
export async function happened(get: Get): Promise<readonly Heard[]> {
  const all: Heard[] = []
  for (let after = 0; ;) {
    const page = await get<{ transitions: Heard[] }>(`/api/v1/transitions?after=${after}&limit=500`)
    if (page === undefined || page.transitions.length === 0) return all
    all.push(...page.transitions)
    after = all.at(-1)?.seq ?? after
  }
}

/** Nothing is lost, nothing is out of order, and the same id always tells the same. */
export function expectWhole(all: readonly Heard[], got: readonly Told[]): void {
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  const outages = all.filter(({ name }) => name.startsWith('outage.'))
  for (const handle of HANDLES) {
    const own = outages.filter(({ account }) => account === `x:${handle}`)
    const turns = own.map(({ name }) => name).filter((name) => name !== 'outage.changed')
    expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'outage.opened' : 'outage.closed')))
    expect(turns.length % 2).toBe(0)
  }
  // Every number was told, by itself or merged into its closing.
  const told = new Set(got.flatMap(({ data }) => [data.seq, ...data.merged.map(({ seq }) => seq)]))
  expect(all.map(({ seq }) => seq).filter((seq) => !told.has(seq))).toEqual([])
  const seqOf = new Map(got.map(({ id, data }) => [id, data.seq]))
  for (const { id, data } of got) expect(data.seq).toBe(seqOf.get(id))
  for (const handle of HANDLES) {
    const own = got.filter(({ type, data }) => type.startsWith('outage.') && data.outage.account === `x:${handle}`)
    // Doubles included: what is told again is told before anything newer is.
    const seqs = own.map(({ data }) => data.seq)
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
  }
}
