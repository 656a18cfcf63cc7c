import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../../src/io/store-chain.ts'
import { meddle, tempFile, tempStore } from '../support/store-temp.ts'
import { nothing, opening, outageOf, sightingAt, T0 } from '../support/store-samples.ts'

const outage = outageOf('x:a').id
const sightings = [0, 1, 2, 3].map((second) => ({ outage, sighting: sightingAt('x:a', T0 + second * 1_000) }))

/** A database that holds one outage with four sightings, and is closed. */
async function evidence(): Promise<string> {
  const path = tempFile()
  const store = await tempStore(path)
  await store.record({ ...opening('x:a', T0, []), sightings: sightings.slice(0, 3) })
  await store.record({ ...nothing, sightings: sightings.slice(1) })
  await store.close()
  return path
}

test('sightings hang on a chain, each of them once', async () => {
  const store = await tempStore(await evidence())
  const chain = await store.sightingsOf(outage)
  expect(chain.map(({ sighting }) => sighting)).toEqual(sightings.map(({ sighting }) => sighting))
  expect(chain.map(({ previous }) => previous)).toEqual([null, ...chain.slice(0, 3).map(({ hash }) => hash)])
  expect(chain.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true)
  expect(store.isWhole(chain)).toBe(true)
  expect(await store.sightingsOf('out_none')).toEqual([])
})

test('the database itself refuses to change what was seen and what was told', async () => {
  const path = await evidence()
  expect(() => meddle(path, `update sightings set body = '{}'`)).toThrow('never changed')
  expect(() => meddle(path, 'delete from sightings')).toThrow('never deleted')
  expect(() => meddle(path, `update transitions set body = '{}'`)).toThrow('never changed')
  expect(() => meddle(path, 'delete from transitions')).toThrow('never deleted')
})

const forgeries = [
  [
    'a changed row',
    `update sightings set body = replace(body, 'AccountDeactivated', 'AccountTakedown') where place = 2`,
  ],
  ['a changed row with a hash to match nothing', `update sightings set hash = '${'0'.repeat(64)}' where place = 4`],
  ['a missing first row', 'delete from sightings where place = 1'],
  ['a missing row in the middle', 'delete from sightings where place = 3'],
  [
    'rows that changed places',
    'update sightings set place = case place when 2 then -3 when 3 then -2 else place end; ' +
      'update sightings set place = abs(place)',
  ],
] as const

test.each(forgeries)('%s is found out', async (_name, statements) => {
  const path = await evidence()
  meddle(path, `drop trigger sightings_stay; drop trigger sightings_last; ${statements}`)
  const store = await tempStore(path)
  expect(store.isWhole(await store.sightingsOf(outage))).toBe(false)
})

test('the canonical text does not depend on the order of keys and survives being read back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonical(value)
      expect(canonical(JSON.parse(text))).toBe(text)
      expect(canonical(backwards(JSON.parse(text)))).toBe(text)
    }),
  )
})

const backwards = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(backwards)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, one]) => [key, backwards(one)]),
        )
      : value
