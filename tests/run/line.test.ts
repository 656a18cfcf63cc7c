import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Queued } from '../../src/run/entry.ts'
import { createLine } from '../../src/run/line.ts'
import { fakeEntry, fakeLook, fakePlatform, here } from '../support/platform.ts'

const look = fakeLook('one', ({ handle }) => here(handle))
const platform = fakePlatform([look])

/** From the first to the last. */
function* waitingIn(line: ReturnType<typeof createLine>): Generator<Queued> {
  for (let place = line.first(); place !== null; place = place.after) yield place
}

test('whoever comes stands last, and whoever leaves is missed by nobody, wherever they stood', () => {
  // A number is who leaves, counted from the first; null is somebody who comes.
  const moves = fc.array(fc.oneof(fc.constant(null), fc.nat(9)), { maxLength: 60 })
  fc.assert(
    fc.property(moves, (steps) => {
      const line = createLine()
      const waiting: Queued[] = []
      for (const [at, leaves] of steps.entries()) {
        const place = leaves === null ? undefined : waiting.splice(leaves, 1)[0]
        if (place !== undefined) line.leave(place)
        else waiting.push(line.join(fakeEntry(platform, `${at}`), { look, urgency: 'ordinary', dueAt: at }))
        expect([...waitingIn(line)]).toEqual(waiting)
        expect(line.size()).toBe(waiting.length)
      }
    }),
  )
})

test('whoever has left leads to nobody any more', () => {
  const line = createLine()
  const [one, two] = ['a', 'b', 'c'].map((name) =>
    line.join(fakeEntry(platform, name), { look, urgency: 'hint', dueAt: 0 }),
  )
  line.leave(two as Queued)
  line.leave(one as Queued)
  expect([one, two]).toMatchObject([
    { before: null, after: null },
    { before: null, after: null },
  ])
})
