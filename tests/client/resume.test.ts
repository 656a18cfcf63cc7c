import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createClient } from '../../src/client/index.ts'
import { outageOf } from '../support/live-json.ts'
import { startLiveServer } from '../support/live-server.ts'

const outage = outageOf('x:who')

type Ending = 'none' | 'beat' | 'cut' | number

/** One evening: how many frames each connection lives for, and bursts of news, some of them with a cut in between. */
const evening = fc.record({
  lives: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 8 }),
  bursts: fc.array(
    fc.record({
      news: fc.integer({ min: 1, max: 5 }),
      ending: fc.constantFrom<Ending[]>('none', 'beat', 'cut', 1001, 1012, 1013, 4400),
      waits: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  filtered: fc.boolean(),
  keeps: fc.constantFrom(Infinity, Infinity, 3),
})
type Evening = typeof evening extends fc.Arbitrary<infer T> ? T : never

/** Plays the evening; answers with what was handed over, and what should have been. */
async function play({ lives, bursts, filtered, keeps }: Evening) {
  const left = [...lives]
  const live = await startLiveServer({ cutAfter: () => left.shift() ?? Infinity, keeps })
  const heard: number[] = []
  const covered: number[] = []
  const told: number[] = []
  const client = createClient({
    url: live.url,
    random: () => 0,
    filter: filtered ? { types: ['outage.*'] } : {},
    onTransition: ({ seq }) => heard.push(seq),
    onSnapshot: ({ seq }) => covered.push(seq),
  })
  const caughtUp = () =>
    vi.waitFor(() => expect(client.position()?.seq ?? -1).toBeGreaterThanOrEqual(told.at(-1) ?? 0), {
      timeout: 10_000,
      interval: 2,
    })
  try {
    await caughtUp()
    for (const { news, ending, waits } of bursts) {
      for (let count = 0; count < news; count++) {
        if (filtered && count % 2 === 1) live.announce({ name: 'sight.lost', scope: 'everything' })
        else told.push(live.announce({ name: 'outage.changed', account: 'x:who', outage }))
      }
      if (ending === 'beat') live.beat()
      else if (ending !== 'none') live.cut(ending === 'cut' ? undefined : ending)
      if (waits) await caughtUp()
    }
    await caughtUp()
    return { heard, covered, told }
  } finally {
    client.close()
    await live.stop()
  }
}

test('wherever connections are cut, each transition is handed over once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(evening, async (story) => {
      const { heard, covered, told } = await play({ ...story, keeps: Infinity })
      // The first snapshot, taken when the story began, may cover what was told before a watch ever came through.
      const begun = covered[0] ?? 0
      expect(covered).toHaveLength(1)
      expect(heard).toEqual(told.filter((seq) => seq > begun))
    }),
    { numRuns: 40 },
  )
}, 120_000)

test('what is too old to resume is covered by a snapshot, and nothing comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(evening, async (story) => {
      const { heard, covered, told } = await play({ ...story, keeps: 3 })
      expect(heard).toEqual([...new Set(heard)].toSorted((one, other) => one - other))
      const newest = Math.max(...covered)
      expect(told.filter((seq) => seq > newest && !heard.includes(seq))).toEqual([])
    }),
    { numRuns: 25 },
  )
}, 120_000)
