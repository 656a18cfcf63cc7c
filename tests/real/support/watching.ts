import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createClient, type TransitionFrame } from '../../../src/client/index.ts'
import type { AccountJson, OutageJson, TransitionJson } from '../../../src/core/json.ts'
import { freePort, serve, type Serving } from '../../support/process.ts'
import { startReceiver, type Received } from '../../support/receiver.ts'
import { tempFolder, until } from '../../support/run-app.ts'
import { configuration, type Hints } from './configuration.ts'

/** How long one change may take to be noticed, confirmed and told, on a machine that is busy with other things. */
const PATIENCE = 90_000

/** A notice as the receiver got it; `receivedAt` in epoch ms, `fault` what is wrong with its signature. */
export type Notice = {
  readonly id: string
  readonly type: string
  readonly seq: number
  readonly account: string | null
  readonly outage: OutageJson | null
  readonly receivedAt: number
  readonly fault: string | null
}

export type Watching = {
  /** What came to the webhook receiver and over the socket so far, in order of arrival. */
  readonly notices: readonly Notice[]
  readonly frames: readonly TransitionFrame[]
  accounts(): Promise<readonly AccountJson[]>
  transitions(): Promise<readonly TransitionJson[]>
  /** An account's newest outage, as the socket told it last. */
  newest(account: string): OutageJson | undefined
  /** Settles with the first notice of this type about this account that came after `after`. */
  notice(account: string, type: string, after?: number): Promise<Notice>
  /** Goes on with the same store and receiver, and with or without hints. */
  restart(hints: Hints): Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Rollcall as `npm start` runs it, with a configuration file of its own, a webhook receiver and a live client.
 *
 * @param accounts addresses; it settles once each of them is up or down
 * @param subscribers who hears beside the webhook receiver
 */
export async function startWatching(
  accounts: readonly string[],
  platforms: (hints: Hints) => Readonly<Record<string, object>>,
  subscribers: readonly object[] = [],
): Promise<Watching> {
  const folder = tempFolder()
  const file = join(folder.path, 'rollcall.yaml')
  const port = await freePort()
  const receiver = await startReceiver()
  const notices: Notice[] = []
  receiver.answerAll((received) => {
    notices.push(noticeOf(received))
    return { status: 204 }
  })
  const frames: TransitionFrame[] = []
  let serving: Serving | null = null
  let client: { close(): void } | null = null

  async function begin(hints: Hints): Promise<void> {
    const hook = receiver.origin
    writeFileSync(file, configuration({ port, hook, platforms: platforms(hints), accounts, subscribers }))
    const started = serve(file, port, { HOOK_SECRET: receiver.secret })
    serving = started
    await until(
      // Who asks so often may be told to come back later.
      () => started.get<{ accounts?: AccountJson[] }>('/api/v1/accounts?limit=100'),
      (page) => page?.accounts?.length === accounts.length && page.accounts.every(isSettled),
      `every account is up or down: ${started.stderr()}`,
      PATIENCE,
    )
  }

  async function get<T>(path: string): Promise<T> {
    const answer = await serving?.get<T>(`/api/v1/${path}`)
    if (answer === undefined) throw new Error(`nobody answers: ${serving?.stderr() ?? ''}`)
    return answer
  }

  async function end(): Promise<void> {
    if (serving === null) return
    const ending = serving
    serving = null
    ending.signal('SIGTERM')
    expect(await ending.ended, ending.stderr()).toEqual([0, null])
  }

  async function restart(hints: Hints): Promise<void> {
    await end()
    await begin(hints)
  }

  async function stop(): Promise<void> {
    client?.close()
    await end()
    await receiver.stop()
    folder.remove()
  }

  try {
    await begin('with hints')
    const live = Promise.withResolvers<undefined>()
    client = createClient({
      url: `http://127.0.0.1:${port}`,
      onSnapshot: () => live.resolve(undefined),
      onTransition: (frame) => frames.push(frame),
    })
    await live.promise
  } catch (fault) {
    await stop()
    throw fault
  }

  return {
    notices,
    frames,
    accounts: async () => (await get<{ accounts: AccountJson[] }>('accounts?limit=100')).accounts,
    transitions: async () => (await get<{ transitions: TransitionJson[] }>('transitions?limit=500')).transitions,
    newest: (account) =>
      frames.flatMap((frame) => ('outage' in frame ? frame.outage : [])).findLast((one) => one.account === account),
    async notice(account, type, after = 0) {
      const find = (): Notice | undefined =>
        notices.find((one) => one.account === account && one.type === type && one.receivedAt >= after)
      const told = await until(find, (one) => one !== undefined, `${type} of ${account} is told`, PATIENCE)
      return told!
    },
    restart,
    stop,
  }
}

const isSettled = ({ belief, identity }: AccountJson): boolean =>
  (belief === 'up' && identity?.id !== null) || belief === 'down'

function noticeOf({ id, fault, body }: Received): Notice {
  const { seq, account, outage = null } = body.data as Pick<Notice, 'seq' | 'account'> & { outage?: OutageJson }
  return { id, type: body.type ?? '', seq, account, outage, receivedAt: Date.now(), fault }
}
