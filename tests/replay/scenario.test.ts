import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadScenario, parseScenario, ScenarioError } from '../../src/replay/scenario.ts'
import { absencesOf, standingsAt, troubleAt } from '../../src/replay/world.ts'

const FILE = join(import.meta.dirname, '../../config/scenarios/2017-11-02.yaml')
const at = (time: string): number => Date.parse(`2017-11-02T${time}Z`)

describe('the evening of 2 November 2017', () => {
  const scenario = loadScenario(FILE)
  const stateOf = (handle: string, time: string) =>
    standingsAt(scenario, at(time)).find(({ player }) => player.handle === handle)?.state

  test('is half an hour long and says what of it is invented', () => {
    expect(scenario).toMatchObject({ id: '2017-11-02', start: at('22:45:00'), end: at('23:15:00'), control: 'jack' })
    expect(scenario.invented).toContain('every second')
    expect(scenario.timeline.every(({ invented }) => invented !== null)).toBe(true)
  })

  test('has the account gone for eleven minutes and two seconds, and back with its id', () => {
    expect(stateOf('realDonaldTrump', '22:52:02.999')).toBe('here')
    expect(stateOf('realDonaldTrump', '22:52:03')).toBe('gone')
    expect(stateOf('realDonaldTrump', '23:03:04.999')).toBe('gone')
    expect(stateOf('realDonaldTrump', '23:03:05')).toBe('here')
    expect(scenario.accounts.find(({ handle }) => handle === 'realDonaldTrump')).toMatchObject({
      id: '25073877',
      followers: 41_700_000,
    })
  })

  test('has the office and the impostor up throughout, and one other account suspended for a while', () => {
    expect(absencesOf(scenario).map(({ account }) => account)).toEqual(['realDonaldTrump', 'ExampleGazette'])
    expect(stateOf('ExampleGazette', '23:00:00')).toBe('suspended')
    expect(stateOf('realDonaIdTrump', '23:00:00')).toBe('here')
    expect(stateOf('POTUS', '23:00:00')).toBe('here')
  })

  test('has the platform in trouble before and after, long enough to be told, and never meanwhile', () => {
    for (const { from, to } of scenario.spells) {
      expect(to - from).toBeGreaterThanOrEqual(120_000)
      for (const absence of absencesOf(scenario)) expect(to < absence.from || from > (absence.to ?? 0)).toBe(true)
    }
    expect(troubleAt(scenario, at('22:48:00'))?.does).toBe('rate-limited')
    expect(troubleAt(scenario, at('23:10:00'))?.does).toBe('login-wall')
    expect(troubleAt(scenario, at('22:49:30'))).toBeNull()
  })
})

const right = `title: T
start: 2017-11-02T23:50:00Z
end: 2017-11-03T00:10:00Z
facts: F
invented: I
control: one
accounts:
  - { handle: one, id: "1", name: One, followers: 1 }
  - { handle: two, id: "2", name: Two, followers: 2 }
timeline:
  - { at: "23:55:00", do: gone, account: ONE }
  - { at: "23:56:00", do: suspend, account: one }
  - { at: "00:05:00", do: rename, account: two, to: three }
spells:
  - { from: "00:01:00", to: "00:02:00", do: login-wall, as: page }
`

test('a time before the start is of the next day', () => {
  const scenario = parseScenario(right, 'evening.yaml')
  expect(scenario.timeline.map((turn) => new Date(turn.at).toISOString())).toEqual([
    '2017-11-02T23:55:00.000Z',
    '2017-11-02T23:56:00.000Z',
    '2017-11-03T00:05:00.000Z',
  ])
  expect(scenario.id).toBe('evening')
})

test('one absence may change its kind; a renamed account answers under its new handle', () => {
  const scenario = parseScenario(right, 'evening.yaml')
  expect(absencesOf(scenario)).toEqual([
    { account: 'one', from: Date.parse('2017-11-02T23:55:00Z'), to: null },
    { account: 'two', from: Date.parse('2017-11-03T00:05:00Z'), to: null },
  ])
  expect(standingsAt(scenario, scenario.end).map(({ handle, state }) => `${handle} ${state}`)).toEqual([
    'one suspended',
    'three here',
  ])
})

/** The faults of the right scenario with one text replaced by another. */
function faultsWith(from: string, to: string): readonly string[] {
  expect(right).toContain(from)
  try {
    parseScenario(right.replace(from, to), 's.yaml')
  } catch (fault) {
    if (fault instanceof ScenarioError) return fault.faults
    throw fault
  }
  return []
}

describe('faults name the place, what was expected and what was found', () => {
  test.each([
    ['title: T', 'title: ""', 's.yaml:1:8 title: expected some text, found ""'],
    ['title: T\n', '', 's.yaml:1:1 title: expected text, found nothing'],
    [
      'do: suspend',
      'do: explode',
      's.yaml:12:27 timeline[1].do: expected one of gone, suspend, back, rename, found "explode"',
    ],
    ['id: "1"', 'id: 1', 's.yaml:8:24 accounts[0].id: expected the id as text, in quotes, found 1'],
    ['name: Two', 'nme: Two', 's.yaml:9:34 accounts[1].nme: expected a key that is known here, found this one'],
    ['"23:55:00"', '"24:55:00"', 's.yaml:11:11 timeline[0].at: expected a time such as "22:52:03", found "24:55:00"'],
    ['account: ONE', 'account: six', 's.yaml:11:42 timeline[0].account: expected the handle of one of the accounts'],
    ['control: one', 'control: six', 's.yaml:6:10 control: expected the handle of one of the accounts'],
    ['handle: two', 'handle: One', 's.yaml:9:15 accounts[1].handle: expected each only once, found it again'],
    ['"23:56:00"', '"23:54:00"', 's.yaml:12:11 timeline[1].at: expected times in order'],
    ['"00:05:00"', '"00:45:00"', 's.yaml:13:11 timeline[2].at: expected a time between start and end'],
    ['to: "00:02:00"', 'to: "00:00:30"', 's.yaml:15:29 spells[0].to: expected a time after `from`, before the end'],
    ['as: page', 'as: pager', 's.yaml:15:61 spells[0].as: expected redirect or page, found "pager"'],
    [
      'end: 2017-11-03T00:10:00Z',
      'end: tomorrow',
      's.yaml:3:6 end: expected a UTC time such as 2017-11-02T22:45:00Z, found "tomorrow"',
    ],
  ])('%s → %s', (from, to, fault) => {
    expect(faultsWith(from, to)).toContain(fault)
  })

  test('all at once', () => {
    expect(faultsWith('title: T\nstart: 2017-11-02T23:50:00Z', 'start: 1')).toHaveLength(2)
  })

  test('text that is no YAML', () => {
    expect(faultsWith('title: T', 'title: [')[0]).toMatch(/^s\.yaml:\d+:\d+ \(file\): expected YAML, found: /)
  })

  test('a file that is not there', () => {
    expect(() => loadScenario('/nowhere/s.yaml')).toThrow('/nowhere/s.yaml: expected a scenario file, found none')
  })
})
