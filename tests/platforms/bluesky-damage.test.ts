import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import type { Reading } from '../../src/core/platform.ts'
import { answer, fakeAsk, hasRecorded, type Instead } from '../support/recorded.ts'
import { didOf, network, platform, reused, TRUTH } from './bluesky-network.ts'

describe.skipIf(!hasRecorded)('answers that were damaged on the way', () => {
  /** The words that alone can make an absence, each where the looks may read it. */
  const EVIDENCE =
    /AccountTakedown|AccountDeactivated|Profile not found|RepoNotFound|DID not (?:available|registered)|HandleNotFound|Unable to resolve handle|"active":false/

  type Damage = (text: string) => string
  const flips: fc.Arbitrary<Damage> = fc
    .array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 })), { minLength: 1, maxLength: 4 })
    .map((bits) => (text) => {
      const bytes = Buffer.from(text)
      for (const [at, bit] of bits) if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << bit
      return bytes.toString()
    })
  const cuts: fc.Arbitrary<Damage> = fc.nat().map((at) => (text) => text.slice(0, at % (text.length + 1)))
  const retypes: fc.Arbitrary<Damage> = fc
    .tuple(fc.nat(), fc.option(fc.jsonValue(), { nil: undefined }))
    .map(([which, value]) => (text) => {
      const body = JSON.parse(text) as Record<string, unknown>
      const keys = Object.keys(body)
      return JSON.stringify({ ...body, [keys[which % keys.length]!]: value })
    })
  const others: fc.Arbitrary<Damage> = fc.oneof(fc.string(), fc.json()).map((text) => () => text)
  const damages = fc.array(fc.option(fc.oneof(flips, cuts, retypes, others)), { minLength: 3, maxLength: 3 })
  const states = fc.constantFrom(...TRUTH.map(([state, handle]) => ({ state, handle })))
  const status = fc.option(fc.constantFrom(200, 400, 404, 410, 429, 403, 500, 302), { freq: 4 })

  test('never break a look, and never make an absence without its words', async () => {
    await fc.assert(
      fc.asyncProperty(states, fc.boolean(), damages, status, async ({ state, handle }, byId, [...damage], other) => {
        const broken: Instead = (url) => {
          const whole = reused(url) ?? network.get(url)
          // A damaged answer may lead to a question that nobody recorded.
          if (whole === undefined) return answer(url, 400, { error: 'InvalidRequest', message: 'unforeseen' })
          const harm = damage.shift()
          if (whole instanceof Error || harm === null || harm === undefined) return whole
          return answer(url, other ?? whole.status, harm(whole.text), whole.headers)
        }
        for (const one of platform.looks) {
          const seen = await one
            .ask([{ handle, id: byId ? didOf(state) : null }], fakeAsk(network, broken).ask)
            .catch(onlyFaults)
          const [reading] = seen
          if (reading?.verdict.kind !== 'absent') continue
          expect(reading.marker).not.toBeNull()
          if (reading.verdict.because.includes('renamed')) expect(reading.verdict.now?.handle).not.toBe(handle)
          else expect(JSON.stringify(JSON.parse(reading.answer!.text))).toMatch(EVIDENCE)
        }
      }),
      { numRuns: 4000, interruptAfterTimeLimit: 5_000 },
    )
  })

  const onlyFaults = (fault: unknown): readonly Reading[] => {
    if (fault instanceof AskFault) return []
    throw fault
  }
})
