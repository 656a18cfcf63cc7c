import { expect, test } from 'vitest'
import { createMeters } from '../../src/io/meters.ts'

test('what is counted is told under its name and labels', async () => {
  const { meters, text, contentType } = createMeters()
  meters.looked('x', 'api', 'present')
  meters.looked('x', 'api', 'present')
  meters.looked('x', 'api', 'rate_limited')
  meters.answered('x', 'api', 0.2)
  meters.answered('x', 'api', 0.3)
  meters.answered('x', 'api', 0.1)
  meters.late('x', 0.02)
  meters.blip('x')
  meters.moved('outage.opened')
  meters.tried('slack', 'retry', 0.4)
  meters.delivered('slack', 3)
  meters.controls('x', false)
  meters.hinted('bluesky')
  const lines = (await text()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'rollcall_looks_total{platform="x",look="api",verdict="present"} 2',
      'rollcall_looks_total{platform="x",look="api",verdict="rate_limited"} 1',
      'rollcall_look_seconds_count{platform="x",look="api"} 3',
      'rollcall_look_seconds_bucket{le="0.25",platform="x",look="api"} 2',
      'rollcall_look_lateness_seconds_count{platform="x"} 1',
      'rollcall_blips_total{platform="x"} 1',
      'rollcall_transitions_total{name="outage.opened"} 1',
      'rollcall_delivery_tries_total{channel="slack",outcome="retry"} 1',
      'rollcall_delivery_try_seconds_sum{channel="slack"} 0.4',
      'rollcall_delivery_seconds_sum{channel="slack"} 3',
      'rollcall_delivery_seconds_bucket{le="5",channel="slack"} 1',
      'rollcall_controls_total{platform="x",verdict="wrong"} 1',
      'rollcall_hints_total{platform="bluesky"} 1',
    ]),
  )
  expect(lines.some((line) => line.startsWith('process_cpu_seconds_total '))).toBe(true)
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
})

test('how long notices take is told from a tenth of a second to a day, by channel', async () => {
  const { meters, text } = createMeters()
  for (const seconds of [0.04, 3, 3 * 3_600]) meters.delivered('pagerduty', seconds)
  const lines = (await text()).split('\n')
  const upTo = (le: string) => `rollcall_delivery_seconds_bucket{le="${le}",channel="pagerduty"}`
  expect(lines).toEqual(
    expect.arrayContaining([`${upTo('0.1')} 1`, `${upTo('5')} 2`, `${upTo('3600')} 2`, `${upTo('21600')} 3`]),
  )
  expect(lines).toContain(`${upTo('86400')} 3`)
})

test('looks are counted whoever they are about and however often somebody asks', async () => {
  const { meters, text } = createMeters()
  const looks = async () => (await text()).split('\n').filter((line) => line.startsWith('rollcall_looks_total{'))
  meters.looked('x', 'api', 'present')
  meters.looked('x', 'web', 'present')
  meters.looked('bluesky', 'web', 'present')
  meters.looked('x', 'api', 'present')
  const counted = [
    'rollcall_looks_total{platform="x",look="api",verdict="present"} 2',
    'rollcall_looks_total{platform="x",look="web",verdict="present"} 1',
    'rollcall_looks_total{platform="bluesky",look="web",verdict="present"} 1',
  ]
  expect(await looks()).toEqual(counted)
  expect(await looks()).toEqual(counted)
  meters.looked('x', 'api', 'present')
  expect(await looks()).toContain('rollcall_looks_total{platform="x",look="api",verdict="present"} 3')
})

test('a gauge is read when somebody asks, and forgets who has gone', async () => {
  const { gauge, text } = createMeters()
  let rows: [Record<string, string>, number][] = [
    [{ platform: 'x' }, 5],
    [{ platform: 'bluesky' }, 6],
  ]
  gauge('rollcall_accounts', 'Accounts on the roll', ['platform'], () => rows)
  gauge('rollcall_last_sighting_timestamp_seconds', 'Newest sighting', [], () => [[{}, 1_509_663_120]])
  expect(await text()).toContain('rollcall_accounts{platform="x"} 5\nrollcall_accounts{platform="bluesky"} 6')
  rows = [[{ platform: 'x' }, 7]]
  const later = await text()
  expect(later).toContain('rollcall_accounts{platform="x"} 7')
  expect(later).not.toContain('platform="bluesky"')
  expect(later).toContain('rollcall_last_sighting_timestamp_seconds 1509663120')
})

test('two of them do not share a count', async () => {
  const [one, other] = [createMeters(), createMeters()]
  one.meters.blip('x')
  expect(await other.text()).not.toContain('rollcall_blips_total{')
})
