import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absent, isExplicit, possibleReasons, REASONS, type Reason } from '../../src/core/verdict.ts'

const reasonSet = fc.uniqueArray(fc.constantFrom(...REASONS), { minLength: 1 })

test('an absence carries its reasons in one order, each once', () =>
  expect(absent('suspended', 'not_found', 'suspended')).toEqual({
    kind: 'absent',
    because: ['not_found', 'suspended'],
  }))

describe('an absence is explicit', () => {
  test.each([
    [['suspended'], true],
    [['deactivated', 'suspended'], true],
    [['taken_over'], true],
    [['not_found'], false],
    [['not_found', 'deactivated'], false],
    [[], false],
  ] as [Reason[], boolean][])('%j: %s', (because, explicit) => expect(isExplicit(because)).toBe(explicit))
})

describe('what several looks hold possible', () => {
  test.each([
    ['one look is believed', [['not_found', 'deleted']], ['not_found', 'deleted']],
    [
      'what they share is kept',
      [
        ['not_found', 'deactivated'],
        ['deactivated', 'suspended'],
      ],
      ['deactivated'],
    ],
    ['what they do not share is all kept', [['suspended'], ['not_found']], ['not_found', 'suspended']],
    ['nobody says anything', [], REASONS],
  ] as [string, Reason[][], Reason[]][])('%s', (_, sets, possible) => expect(possibleReasons(sets)).toEqual(possible))

  test('does not depend on who is heard first or how often', () => {
    fc.assert(
      fc.property(fc.array(reasonSet, { minLength: 1, maxLength: 4 }), (sets) => {
        const possible = possibleReasons(sets)
        expect(possibleReasons(sets.toReversed())).toEqual(possible)
        expect(possibleReasons([...sets, ...sets])).toEqual(possible)
      }),
    )
  })

  test('never leaves out what each of them holds possible, and never makes anything up', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REASONS), fc.array(reasonSet, { minLength: 1, maxLength: 4 }), (truth, sets) => {
        expect(possibleReasons(sets.map((set) => [...set, truth]))).toContain(truth)
        for (const reason of possibleReasons(sets)) expect(sets.flat()).toContain(reason)
      }),
    )
  })
})
