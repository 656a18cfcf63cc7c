import { expect, test } from 'vitest'
import { faultsOf } from './kinds.ts'

const file = new URL('./eight-faults.yaml', import.meta.url).pathname

test('a file with eight faults is told all of them at once, a line each, with its place', () => {
  const lines = faultsOf(file).message.split('\n')
  expect(lines).toHaveLength(8)
  expect(lines.map((line) => line.slice(file.length).split(' ').slice(0, 2).join(' '))).toEqual([
    ':2:9 listen:',
    ':4:40 tokens[0].token:',
    ':6:13 defaults.schedule:',
    ':8:14 platforms.bluesky.bugdet:',
    ':11:5 accounts[1]:',
    ':12:5 accounts[2]:',
    ':13:5 accounts[3]:',
    ':16:5 subscribers[0].pigeon:',
  ])
  for (const line of lines) expect(line).toMatch(/: expected .+, found .+/)
  expect(lines.join()).not.toContain('sssssecret')
})
