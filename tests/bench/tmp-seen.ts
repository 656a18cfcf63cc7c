import { onX, accountsOn } from './looks.ts'
import { xHandle, xId, followers } from './people.ts'
import { createMeters } from '../../src/io/meters.ts'
import { createWatch } from '../../src/run/watch.ts'
import { createFeed } from '../../src/run/feed.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { silentLog as log, silentMeters, fakeEntry } from '../support/platform.ts'
import { present } from '../../src/core/verdict.ts'
const platform = onX('http://127.0.0.1:1')
const { meters } = createMeters()
for (const size of [25, 2500, 100000]) for (const [name, m] of [['silent', silentMeters], ['real', meters]] as const) {
  const entries = accountsOn('x', xHandle, size).map((account) => fakeEntry(platform, account.handle, { account }))
  const watch = createWatch({ clock, log, meters: m, feed: createFeed({ epoch: '', recent: [], lastSeq: 0, clock }), ledger: null as never, runOf: () => ({ controls: { failed: () => false, rightAt: {} } }) as never, isOnRoll: () => true, pinned: () => {}, confirm: () => ({ sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1 }), blindAfterMs: () => 60000 })
  const look = platform.looks[0]!
  let best = Infinity
  for (let r = 0; r < 12; r++) {
    const n = Math.max(1, Math.floor(200000 / size))
    const b = process.cpuUsage()
    for (let i = 0; i < n; i++) for (let e = 0; e < size; e++) { const now = Date.now(); void watch.seen(entries[e]!, look, { verdict: present({ id: xId(e), handle: entries[e]!.account.handle, displayName: 'Person ' + e, followers: 5 }), askedAt: now, answeredAt: now + 5, evidence: null }) }
    const { user, system } = process.cpuUsage(b); best = Math.min(best, (user + system) / n / size)
  }
  console.log(size, name, best.toFixed(3))
}
