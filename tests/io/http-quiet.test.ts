import { expect, test } from 'vitest'
import { NOW } from '../support/desk.ts'
import { bearer, openDoors, OPERATOR, post, VIEWER } from '../support/doors.ts'

const wish = { of: 'vip', for: '2h', because: 'moving house' }

test('what is quiet is begun, listed and ended', async () => {
  const { ask } = await openDoors()
  const begun = await ask('/api/v1/quiet', post(wish))
  const quiet = {
    id: expect.stringMatching(/^qui_/) as string,
    kind: 'tag',
    of: 'vip',
    accounts: 1,
    from: new Date(NOW).toISOString(),
    until: new Date(NOW + 7_200_000).toISOString(),
    because: 'moving house',
    by: 'loopback',
  }
  expect(begun).toMatchObject({ status: 200, body: { ...quiet, by: expect.any(String) as string } })
  const { id } = begun.body as { id: string }
  expect((await ask('/api/v1/quiet')).body).toMatchObject({ quiets: [{ id, of: 'vip' }] })
  expect(await ask(`/api/v1/quiet/${id}`, { method: 'DELETE' })).toMatchObject({ status: 200, body: { id } })
  expect((await ask('/api/v1/quiet')).body).toEqual({ quiets: [] })
  expect((await ask(`/api/v1/quiet/${id}`, { method: 'DELETE' })).status).toBe(404)
})

test('it takes an operator, and their name stands there', async () => {
  const { ask } = await openDoors({ tokens: [VIEWER, OPERATOR] })
  expect((await ask('/api/v1/quiet', post(wish, bearer(VIEWER)))).status).toBe(403)
  const begun = await ask('/api/v1/quiet', post(wish, bearer(OPERATOR)))
  expect(begun.body).toMatchObject({ by: 'ops' })
  const { id } = begun.body as { id: string }
  expect((await ask('/api/v1/quiet', { headers: bearer(VIEWER) })).status).toBe(200)
  expect((await ask(`/api/v1/quiet/${id}`, { method: 'DELETE', headers: bearer(VIEWER) })).status).toBe(403)
})

test.each([
  [{ ...wish, for: 'long' }, 'Field for must be a duration such as 2h, at most 30d.'],
  [{ ...wish, for: '31d' }, 'Field for must be a duration such as 2h, at most 30d.'],
  [{ ...wish, because: ' ' }, 'Field because must be text from 1 to 500 characters.'],
  [{ ...wish, of: '' }, 'Field of must be an account on the roll or a tag.'],
])('%j is refused', async (body, detail) => {
  const { ask } = await openDoors()
  expect(await ask('/api/v1/quiet', post(body))).toMatchObject({ status: 400, body: { detail } })
})

test('of whom nobody knows nothing is held', async () => {
  const { ask } = await openDoors()
  expect((await ask('/api/v1/quiet', post({ ...wish, of: 'nobody' }))).status).toBe(404)
})
