import { onX, accountsOn } from './looks.ts'
import { xHandle, xId, followers } from './people.ts'
import { createMeters } from '../../src/io/meters.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createQueue } from '../../src/run/queue.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { silentLog as log, silentMeters, fakeEntry } from '../support/platform.ts'
import { textOf } from '../../src/io/text.ts'
import { createPipeline } from './pipeline.ts'
const platform = onX('http://127.0.0.1:1')
const accounts = accountsOn('x', xHandle, 25)
const user = (n: number) => `{"id":"${xId(n)}","username":"${xHandle(n)}","name":"Person ${n}","protected":false,"public_metrics":{"followers_count":${followers(n)},"following_count":12,"tweet_count":345,"listed_count":6,"like_count":789}}`
const text = `{"data":[${accounts.map((_, n) => user(n)).join(',')}]}`
const bytes = Buffer.from(text)
const answer = () => ({ url: '', status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, text: textOf(bytes, 'application/json; charset=utf-8'), digest: () => '' })
const asked = accounts.map(({ handle }, n) => ({ handle, id: xId(n) }))
const look = platform.looks[0]!
async function time(name: string, f: () => unknown, n = 2000) {
  let best = Infinity
  for (let r = 0; r < 12; r++) { const b = process.cpuUsage(); for (let i = 0; i < n; i++) await f(); const { user, system } = process.cpuUsage(b); best = Math.min(best, (user + system) / n / 25) }
  console.log(name.padEnd(30), best.toFixed(3), 'us/account')
}
const ask = () => Promise.resolve(answer())
await time('text', () => answer())
await time('text+JSON.parse', () => JSON.parse(answer().text))
await time('look.ask', () => look.ask(asked, ask))
const looker = createLooker({ clock, log })
await time('looker', () => looker(platform, look, asked, ask))
const { meters } = createMeters()
await time('meters.looked', () => { for (let i = 0; i < 25; i++) meters.looked('x', 'username', 'present', 0.02) })
await time('meters.late', () => { for (let i = 0; i < 25; i++) meters.late('x', 0.02) })
for (const [name, m] of [['silent', silentMeters], ['real', meters]] as const) {
  const entries = accounts.map((a) => fakeEntry(platform, a.handle, { account: a }))
  const glances = await looker(platform, look, asked, ask)
  let done = () => {}; let left = 25
  const queue = createQueue({ platform, ask, looker: async () => glances, clock, meters: m, seen: () => { if (--left === 0) { left = 25; queueMicrotask(done) } return undefined }, before: undefined })
  await time('queue only, meters ' + name, () => new Promise<void>((r) => { done = () => queueMicrotask(r); for (const entry of entries) queue.want(entry, { look, urgency: 'ordinary', dueAt: 0 }) }))
}
export { createPipeline }
