import { expect, test } from 'vitest'
import { printRules, rulesJson, type RulesCheck } from '../../src/cli/rules.ts'

const pack: RulesCheck = {
  name: 'WhatsMyName',
  format: 'whatsmyname',
  licence: 'CC BY-SA 4.0',
  source: 'https://rules.example',
  file: './wmn.json',
  taken: [{ platform: 'somesite', title: 'Some Site', trust: 'medium' }],
  refused: [
    { name: 'Weak', reason: 'too short a marker' },
    { name: 'Evil\u001b[2J', reason: 'no usable absent marker' },
  ],
  flagged: [
    { name: 'Some Site', reason: 'adult site' },
    { name: 'Some Site', reason: 'often behind a wall: captcha' },
  ],
  collisions: [{ name: 'X', reason: 'there is another platform called x' }],
}

function printed(given: RulesCheck, isTTY = false): string {
  let text = ''
  printRules(given, { isTTY, write: (part) => (text += part) })
  return text
}

test('what became of a pack is told rule by rule, with its licence and source', () => {
  expect(printed(pack)).toBe(`WhatsMyName  CC BY-SA 4.0  https://rules.example
./wmn.json (whatsmyname): 1 taken, 2 refused, 1 in collision, 1 flagged

refused
  Weak  too short a marker
  Evil  no usable absent marker

in collision
  X  there is another platform called x

flagged
  Some Site  adult site; often behind a wall: captcha
`)
})

test('a pack without blemish takes two lines', () => {
  expect(
    printed({ ...pack, refused: [], flagged: [], collisions: [] })
      .trimEnd()
      .split('\n'),
  ).toHaveLength(2)
})

test('as JSON it has every site that is taken, and the counts', () => {
  expect(rulesJson(pack)).toMatchObject({
    licence: 'CC BY-SA 4.0',
    counts: { taken: 1, refused: 2, collisions: 1, flagged: 1 },
    taken: [{ platform: 'somesite' }],
    flagged: [{ reason: 'adult site' }, { reason: 'often behind a wall: captcha' }],
  })
})
