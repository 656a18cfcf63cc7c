import { expect, test } from 'vitest'
import { printRules, rulesJson, type RulesCheck } from '../../src/cli/rules.ts'
import { readPack } from '../../src/platforms/rules.ts'
import { whatsMyName } from '../support/fake-site.ts'

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

test('a rule that does not fit the schema is refused like any other', () => {
  const rule = {
    name: 'Some Site',
    uri_check: 'https://site.example/{account}',
    e_code: 200,
    e_string: 'Member since',
    m_code: 404,
    m_string: 'No such member',
    known: ['alice'],
    cat: 'social',
  }
  const text = whatsMyName(
    rule,
    { ...rule, name: 'Odd', e_code: '200' },
    { known: 1 },
    { ...rule, name: 'Weak', m_code: 403 },
  )
  const { sites, ...read } = readPack(text, null, './wmn.json')
  const taken = sites.map(({ slug, site }) => ({ platform: slug, title: site.title, trust: site.trust }))
  const found = { ...read, taken, collisions: [] }
  expect(printed(found)).toMatch(/: 1 taken, 3 refused, 0 in collision, 0 flagged\n/)
  expect(printed(found)).toMatch(/^ {2}Odd {6}does not fit the schema: e_code: expected number, found string$/m)
  expect(printed(found)).toMatch(
    /^ {2}sites\.2 {2}does not fit the schema: name: expected string, found nothing; .*; and \d more$/m,
  )
  expect(printed(found)).toMatch(/^ {2}Weak {5}status that cannot be told from being blocked$/m)
  expect(rulesJson(found)).toMatchObject({
    counts: { taken: 1, refused: 3 },
    refused: [{ name: 'Odd' }, { name: 'sites.2' }, { name: 'Weak' }],
  })
})
