import { expect, test } from 'vitest'
import { folderWith, rollcall } from '../support/contract-process.ts'

const SECRET = 'whsec_sekret-token-123456789'
const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const yaml = (more: string): string => `accounts:
  - bluesky:bsky.app
${more}`

async function checked(text: string, ...args: readonly string[]) {
  const { path: cwd, remove } = folderWith({ 'rollcall.yaml': text, key: `${KEY}\n` })
  const env = { WEAK: SECRET, GOOD: KEY }
  const { code, stdout: out, stderr: err } = await rollcall(['config', 'check', 'rollcall.yaml', ...args], { cwd, env })
  remove()
  return { code, out, err }
}

test('a secret that no receiver could verify with is a fault with its place, and with the way to make a better one', async () => {
  const { code, err } = await checked(
    yaml(`subscribers:
  - name: weak
    webhook: { url: https://news.example.org/hook, secret: { env: WEAK } }
  - name: changing
    webhook: { url: https://news.example.org/hook, secret: [{ file: ./key }, { env: WEAK }] }
`),
  )
  expect(code).toBe(78)
  expect(err).toMatch(/rollcall\.yaml:5:\d+ subscribers\[0\]\.webhook\.secret: .*base64.*openssl rand -base64 32/)
  expect(err).toMatch(/rollcall\.yaml:7:\d+ subscribers\[1\]\.webhook\.secret\[1\]: .*base64/)
  expect(err).not.toContain(SECRET)
})

test('an id that its platform could not have is a fault with its place', async () => {
  const { code, err } = await checked(`accounts:
  - { account: bluesky:bsky.app, id: bsky.app }
  - { account: hackernews:pg, id: "1" }
`)
  expect(code).toBe(78)
  expect(err).toMatch(
    /rollcall\.yaml:2:\d+ accounts\[0\]\.id: expected an id on Bluesky: did:plc:.*, found "bsky\.app"/,
  )
  expect(err).toMatch(/rollcall\.yaml:3:\d+ accounts\[1\]\.id: expected no id: Hacker News shows none, found "1"/)
})

const private_ = (allowed: string): string =>
  yaml(`outbound: { allowPrivate: [${allowed}] }
subscribers:
  - { name: near, webhook: { url: "http://10.1.2.3:8080/x", secret: { env: GOOD } } }
  - { name: here, webhook: { url: "http://localhost:9/x", secret: { env: GOOD } } }
  - { name: six, webhook: { url: "http://[::1]/x", secret: { env: GOOD } } }
  - { name: far, webhook: { url: "https://news.example.org/x", secret: { env: GOOD } } }
`)
const nothing = (name: string, host: string): string =>
  `Subscriber ${name} will get nothing: ${host} is a private address that outbound.allowPrivate does not name.`

test('who could not be reached without permission is told of in the plan, and is no fault', async () => {
  const { code, out } = await checked(private_(''))
  expect(code).toBe(0)
  expect(out.split('\n').filter((line) => line.startsWith('! Subscriber'))).toEqual([
    `! ${nothing('near', '10.1.2.3')}`,
    `! ${nothing('here', 'localhost')}`,
    `! ${nothing('six', '[::1]')}`,
  ])
  const some = await checked(private_('10.0.0.0/8, "::1/128"'), '--json')
  expect([some.code, (JSON.parse(some.out) as { warnings: unknown }).warnings]).toEqual([
    0,
    [nothing('here', 'localhost')],
  ])
})
