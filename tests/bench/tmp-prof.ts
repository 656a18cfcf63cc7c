import { startChild } from './child.ts'
import { onBluesky, onX, accountsOn } from './looks.ts'
import { createPipeline } from './pipeline.ts'
import { blueskyHandle, xHandle } from './people.ts'
const server = startChild('platform-server.ts')
const { origin } = await server.hear<{ origin: string }>('listening')
const t = process.argv[2] === 'one' ? createPipeline(onBluesky(origin), accountsOn('bluesky', blueskyHandle, 100)) : createPipeline(onX(origin), accountsOn('x', xHandle, 2500))
console.log(await t.run(5000))
await t.close(); await server.stop()
