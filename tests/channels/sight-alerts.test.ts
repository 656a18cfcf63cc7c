import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alertmanager } from '../../src/channels/alertmanager.ts'
import { grafana } from '../../src/channels/grafana.ts'
import { jsm } from '../../src/channels/jsm.ts'
import { pagerduty } from '../../src/channels/pagerduty.ts'
import type { Ask, AskRequest } from '../../src/core/answer.ts'
import type { Channel } from '../../src/core/channel.ts'
import { clearSight, foldSight, type Glimpse, type SightState } from '../../src/core/sight.ts'
import type { SightChange } from '../../src/core/transition.ts'
import { fakeNotice, noMail, numbered } from '../support/notices.ts'

const MINUTE = 60_000
const ORIGIN = 'http://pager.test'
const ACCOUNTS = ['x:a', 'x:b', 'x:c', 'bluesky:d', 'bluesky:e']

type Json = Readonly<Record<string, unknown>>
type Target = { readonly channel: Channel; readonly take: (open: Set<unknown>, request: AskRequest) => void }

const jsonOf = ({ json }: AskRequest): Json => json as Json

function hold(open: Set<unknown>, id: unknown, lasts: boolean): void {
  if (lasts) open.add(id)
  else open.delete(id)
}

/** What each target holds to be open after it was told something. */
const TARGETS: Readonly<Record<string, Target>> = {
  pagerduty: {
    channel: pagerduty.connect({ key: 'R0', api: ORIGIN }),
    take: (open, request) => hold(open, jsonOf(request)['dedup_key'], jsonOf(request)['event_action'] === 'trigger'),
  },
  jsm: {
    channel: jsm.connect({ key: 'K0', api: ORIGIN }),
    take(open, request) {
      const closed = /\/alerts\/(\w+)\/close/.exec(request.url)?.[1]
      hold(open, closed ?? jsonOf(request)['alias'], closed === undefined)
    },
  },
  alertmanager: {
    channel: alertmanager.connect({ urls: [ORIGIN] }),
    take(open, request) {
      for (const alert of request.json as readonly Json[])
        hold(open, JSON.stringify(alert['labels']), alert['endsAt'] === undefined)
    },
  },
  grafana: {
    channel: grafana.connect({ url: ORIGIN }),
    take: (open, request) => hold(open, jsonOf(request)['alert_uid'], jsonOf(request)['state'] === 'alerting'),
  },
}

/** Tells a target these changes, each in a notice of its own or all of them in one; answers with what is open then. */
async function openAfter(target: Target, changes: readonly SightChange[], together: boolean): Promise<Set<unknown>> {
  const open = new Set<unknown>()
  const ask: Ask = (request) => {
    target.take(open, request)
    return Promise.resolve({ url: request.url, status: 202, headers: {}, text: '{}', digest: () => '' })
  }
  const summed = changes.map((change, index) => ({ transition: numbered(change, index + 1), account: null }))
  const newest = changes.at(-1)
  const notices = together
    ? newest === undefined
      ? []
      : [fakeNotice(newest, { summary: summed })]
    : summed.map(({ transition }, index) => fakeNotice(changes[index]!, { id: `ntc_${index}`, transition }))
  for (const notice of notices) {
    expect(await target.channel.deliver(notice, ask, 0, noMail)).toMatchObject({ kind: 'delivered' })
  }
  return open
}

/** A round: who was seen in it. Rounds are half of the time after which sight is lost. */
const rounds = fc.array(fc.subarray(ACCOUNTS), { minLength: 1, maxLength: 30 })

function live(seenIn: readonly (readonly string[])[]): { changes: readonly SightChange[]; state: SightState } {
  const glimpses = new Map(ACCOUNTS.map((account): [string, Glimpse] => [account, seenAt(account, 0)]))
  let state = clearSight
  const changes = seenIn.flatMap((seen, round) => {
    const now = (round + 1) * (MINUTE / 2)
    for (const [account, before] of glimpses)
      glimpses.set(account, seen.includes(account) ? seenAt(account, now) : { ...before, cause: 'network' })
    const next = foldSight(state, [...glimpses.values()], now)
    state = next.state
    return next.changes
  })
  return { changes, state }
}

const seenAt = (account: string, at: number): Glimpse => ({
  account,
  platform: account.split(':', 1)[0] ?? '',
  since: at,
  watchedFrom: 0,
  blindAfterMs: MINUTE,
  cause: null,
})

test.each(Object.entries(TARGETS))(
  '%s has exactly those alerts open that are told as lost, however wide a loss grows',
  async (_, target) => {
    await fc.assert(
      fc.asyncProperty(rounds, fc.boolean(), async (seenIn, together) => {
        const { changes, state } = live(seenIn)
        expect((await openAfter(target, changes, together)).size).toBe(state.told.length)
        const healed = live([...seenIn, ACCOUNTS])
        expect(healed.state.told).toEqual([])
        expect([...(await openAfter(target, healed.changes, together))]).toEqual([])
        // Nothing is told as regained that has an end already.
        const names = healed.changes.map(({ name }) => name)
        const replaced = healed.changes.flatMap(({ replaces = [] }) => replaces).length
        const count = (name: string) => names.filter((one) => one === name).length
        expect(count('sight.lost')).toBe(count('sight.regained') + replaced)
      }),
    )
  },
)
