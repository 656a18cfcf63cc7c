import { startChild } from './child.ts'
import { bareLoop, onBluesky, onX, accountsOn } from './looks.ts'
import { createPipeline } from './pipeline.ts'
import { blueskyHandle, xHandle } from './people.ts'
const server = startChild('platform-server.ts')
const { origin } = await server.hear<{ origin: string }>('listening')
const things = { bare: bareLoop(origin), one: createPipeline(onBluesky(origin), accountsOn('bluesky', blueskyHandle, 100)), many: createPipeline(onX(origin), accountsOn('x', xHandle, 2500)) }
for (let i = 0; i < 25; i++) for (const [name, t] of Object.entries(things)) {
  const before = process.cpuUsage(); const b = performance.now()
  const rate = await t.run(300)
  const { user, system } = process.cpuUsage(before); const wall = performance.now() - b
  console.log(name, Math.round(rate), 'cpu%', ((user + system) / wall / 10).toFixed(0), 'us/acc', ((user + system) / (rate * wall / 1000)).toFixed(1))
}
await Promise.all([...Object.values(things).map((t) => t.close()), server.stop()])
