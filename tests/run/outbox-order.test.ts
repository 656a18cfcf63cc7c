import fc from 'fast-check'
import { expect, test } from 'vitest'
import { webhook } from '../../src/channels/webhook.ts'
import { AskFault } from '../../src/core/answer.ts'
import type { Outcome } from '../../src/core/channel.ts'
import type { Notice } from '../../src/core/notice.ts'
import { subjectOf, type OutageChange, type OutageChangeName } from '../../src/core/transition.ts'
import {
  delivered,
  nothingDue,
  outageChange,
  owing,
  postponed,
  record,
  startOutbox,
  stateOf,
  subscriberWith,
  tempStore,
  until,
} from '../support/outbox.ts'
import { startReceiving } from '../support/receiving.ts'

/** How one try ends. */
type Ending = 'delivered' | 'postponed' | 'refused' | 'fault'

const endings: Readonly<Record<Ending, () => Outcome>> = {
  delivered: () => delivered,
  postponed: () => postponed,
  refused: () => ({ kind: 'refused', reason: 'answered 410' }),
  fault: () => {
    throw new AskFault('deadline', 'deadline: no whole answer in time (desk.example)')
  },
}

type Try = { readonly subscriber: string; readonly notice: Notice; readonly ending: Ending }

/** What one subscriber hears of one account: outages one after the other, some closed, some changed. */
const spells = fc.array(
  fc.array(fc.constantFrom<OutageChangeName>('outage.changed', 'outage.acknowledged'), { maxLength: 2 }),
  { minLength: 1, maxLength: 3 },
)

const story = (account: string, outages: readonly (readonly OutageChangeName[])[], startAt: number): OutageChange[] =>
  outages
    .flatMap((between, spell) =>
      (['outage.opened', ...between, 'outage.closed'] as const).map((name) => ({ name, spell })),
    )
    .map(({ name, spell }, index) => outageChange(name, account, startAt + index, spell))

test(
  'whatever fails, each subscriber hears of each account in order, and of everything',
  { timeout: 60_000 },
  async () => {
    const store = await tempStore()()
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(spells, spells),
        fc.array(fc.constantFrom<Ending>('delivered', 'postponed', 'refused', 'fault'), { maxLength: 12 }),
        fc.nat({ max: 5 }),
        async (stories, script, early) => {
          const names = [`desk ${run}`, `wall ${run}`]
          const tries: Try[] = []
          const left = [...script]
          const subscribers = names.map((subscriber) =>
            subscriberWith(subscriber, async (notice) => {
              const ending = left.shift() ?? 'delivered'
              tries.push({ subscriber, notice, ending })
              await new Promise((resolve) => setImmediate(resolve))
              return endings[ending]()
            }),
          )
          const startAt = Date.now()
          const changes = stories.flatMap((outages, index) => story(`x:a${run}-${index}`, outages, startAt))
          run++
          await record(store, changes.slice(0, early), subscribers)
          const { outbox, bugs } = startOutbox(store, () => subscribers, { speed: 50_000 })
          for (const change of changes.slice(early)) {
            await record(store, [change], subscribers)
            outbox.wake()
          }
          await until(nothingDue(store))
          await outbox.stop()
          expect(bugs).toEqual([])
          for (const subscriber of names) {
            for (const subject of new Set(changes.map(subjectOf))) {
              const heard = tries.filter(
                (one) => one.subscriber === subscriber && subjectOf(one.notice.transition) === subject,
              )
              inOrder(heard)
              complete(heard, changes.filter((change) => subjectOf(change) === subject).length)
            }
          }
        },
      ),
      { numRuns: 25 },
    )
  },
)

const carried = ({ notice }: Try): readonly number[] => [
  ...notice.merged.map(({ transition: { seq } }) => seq),
  notice.transition.seq,
]

/** A try begins where the one before ended, or before it where that failed; it never goes back behind what was told. */
function inOrder(heard: readonly Try[]): void {
  let told = 0
  for (const one of heard) {
    const seqs = carried(one)
    expect(seqs).toEqual(seqs.toSorted((first, second) => first - second))
    expect(seqs[0]).toBeGreaterThan(told)
    if (one.ending === 'delivered' || one.ending === 'refused') told = seqs.at(-1)!
  }
}

function complete(heard: readonly Try[], count: number): void {
  const final = heard.filter(({ ending }) => ending === 'delivered' || ending === 'refused').flatMap(carried)
  expect(final).toHaveLength(count)
}

test('a webhook receiver that stumbles gets every notice, signed, in order, once accepted', async () => {
  const { asking, receiver } = await startReceiving()
  const target = webhook.target.parse({ url: `${receiver.origin}/hook`, secret: receiver.secret })
  const tell = { types: [], tags: [], platforms: [], accounts: [] }
  const newsroom = { name: 'newsroom', channel: webhook.connect(target), tell }
  receiver.next(
    { reset: 'before' },
    { status: 500, headers: { 'retry-after': '1' } },
    { status: 429, headers: { 'retry-after': 'later' } },
  )
  const at = Date.now()
  const changes = [outageChange('outage.opened', 'x:a', at), outageChange('outage.changed', 'x:a', at + 1)]
  const { store } = await owing(changes, [newsroom], { ask: asking.ask, speed: 1_000 })
  await until(nothingDue(store))
  expect(receiver.received.map(({ body, fault }) => [body.type, fault])).toEqual([
    ['outage.opened', null],
    ['outage.opened', null],
    ['outage.opened', null],
    ['outage.opened', null],
    ['outage.changed', null],
  ])
  expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set(Object.keys(await stateOf(store))))
})
