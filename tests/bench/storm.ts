import type { Subscriber } from '../../src/core/channel.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { fakeOutage } from '../support/notices.ts'
import { startReceiver } from '../support/receiver.ts'
import { short } from './pairs.ts'
import type { Row } from './row.ts'
import { EVERYTHING, hooksOf, openTelling, SECRET } from './telling.ts'

const SUBSCRIBERS = 8
const ROUNDS = 3
const FALLS = 1_000
const LASTS = 10_000
/** Accounts of other platforms fall so often, ms. */
const OTHERS_EVERY = 50
/** As the keeper judges. */
const JUDGE_EVERY = 2_000
/** The share that the fifth of them makes, so that no rule waits for more. */
const FIFTH = { accounts: 5, share: 5 / FALLS, withinMs: 60_000 }

type Round = { readonly storm: readonly number[]; readonly others: readonly number[] }

async function openHouse() {
  const receiver = await startReceiver(SECRET)
  const telling = await openTelling({
    subscribers: [...hooksOf(receiver.origin, SUBSCRIBERS), editor],
    storms: FIFTH,
    count: (platform) => (platform === 'x' ? FALLS : 1),
  })
  return {
    ...telling,
    receiver,
    async close() {
      await telling.close()
      await receiver.stop()
    },
  }
}

/** Somebody for whom the list is kept current: its writes are part of a storm. */
const editor: Subscriber = {
  name: 'editor',
  channel: {
    ...{ id: 'editor', expiresMs: 60_000, updates: true },
    deliver: () => Promise.resolve({ kind: 'delivered', handle: 'message' }),
  },
  tell: { ...EVERYTHING, platforms: ['x'] },
}

/** Ten seconds in which accounts of other platforms fall now and then, and a thousand of one, where it is stormy. */
async function live(isStormy: boolean): Promise<Round> {
  const { receiver, fall: decide, calm, close } = await openHouse()
  const decided = new Map<string, number>()
  const took: { storm: number[]; others: number[] } = { storm: [], others: [] }
  receiver.answerAll(({ body }) => {
    const now = performance.now()
    const account = body.data?.['account']
    if (body.type === 'platform.troubled') took.storm.push(now - (decided.get('x:4') ?? NaN))
    else if (typeof account === 'string') took.others.push(now - (decided.get(account) ?? NaN))
    return { status: 204 }
  })
  const fall = async (account: string): Promise<void> => {
    decided.set(account, performance.now())
    await decide(account)
  }
  const others = LASTS / OTHERS_EVERY
  await Promise.all([
    every(OTHERS_EVERY, others, (n) => fall(`y${n}:somebody`)),
    every(JUDGE_EVERY, LASTS / JUDGE_EVERY, () => calm(clock.now(), () => open)),
    every(LASTS / FALLS, isStormy ? FALLS : 0, (n) => fall(`x:${n}`)),
  ])
  await receiver.until((others + (isStormy ? 1 : 0)) * SUBSCRIBERS)
  await close()
  return took
}

/** However long one of them takes, the next one is on time. */
async function every(ms: number, count: number, act: (n: number) => Promise<void>): Promise<void> {
  const begin = performance.now()
  const under: Promise<void>[] = []
  for (let n = 0; n < count; n++) {
    const wait = begin + n * ms - performance.now()
    if (wait > 0) await new Promise((next) => setTimeout(next, wait))
    under.push(act(n))
  }
  await Promise.all(under)
}

const open = fakeOutage({ closedAt: null, firstPresentAt: null })

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? NaN

/** What a storm costs: those who hear of it, and those who hear of something else meanwhile. */
export const storm: Row = {
  name: 'storm',
  async run(say) {
    // What is compiled first must not count.
    await live(true)
    const quiet: Round[] = []
    const stormy: Round[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      quiet.push(await live(false))
      stormy.push(await live(true))
      say(`round ${round} of ${ROUNDS}`)
    }
    const told = stormy.flatMap((one) => one.storm)
    const calm = quiet.flatMap(({ others }) => others)
    const meanwhile = stormy.flatMap(({ others }) => others)
    const [median, p99] = [quantile(told, 0.5), quantile(told, 0.99)]
    const [alone, beside] = [quantile(calm, 0.99), quantile(meanwhile, 0.99)]
    return [
      {
        what: 'fifth fall to the storm notice, p99',
        subject: { value: p99, unit: 'ms' },
        reference: { name: 'p99 of one opening in quiet times', value: alone, unit: 'ms' },
        figure: { value: p99, unit: 'ms' },
        mark: { is: 'under', value: 1_000 },
        note: `p50 ${short(median)} ms; ${FALLS} falls in ${LASTS / 1_000} s, ${SUBSCRIBERS} subscribers, ${ROUNDS} storms; the fifth makes the share`,
      },
      {
        what: "other platforms' notices meanwhile, p99",
        subject: { value: beside, unit: 'ms' },
        reference: { name: 'the same in quiet times', value: alone, unit: 'ms' },
        figure: { value: beside / alone, unit: 'of quiet' },
        mark: { is: 'at most', value: 1.2 },
        note: `p50 ${short(quantile(meanwhile, 0.5))} ms beside ${short(quantile(calm, 0.5))} ms; one every ${OTHERS_EVERY} ms`,
      },
    ]
  },
}
