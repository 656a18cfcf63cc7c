import { startChild } from './child.ts'
import { accountsOn, CONNECTIONS, ENTRIES, onBluesky, onX, PAIRS, SLICE, TOGETHER } from './looks.ts'
import { inPairs } from './pairs.ts'
import { blueskyHandle, xHandle } from './people.ts'
import { createPipeline } from './pipeline.ts'
import type { Row } from './row.ts'

/** Design, section 7, second row. */
export const together: Row = {
  name: 'together',
  async run(say) {
    const server = startChild('platform-server.ts')
    const { origin } = await server.hear<{ origin: string }>('listening')
    const one = createPipeline(onBluesky(origin), accountsOn('bluesky', blueskyHandle, ENTRIES))
    const many = createPipeline(onX(origin), accountsOn('x', xHandle, ENTRIES * TOGETHER))
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: () => many.run(SLICE),
      reference: () => one.run(SLICE),
      say,
    })
    await Promise.all([one.close(), many.close(), server.stop()])
    return [
      {
        what: `accounts checked, ${TOGETHER} a request`,
        subject: { value: subject, unit: '/s' },
        reference: { name: 'one a request', value: reference, unit: '/s' },
        figure: { value: ratio, unit: 'times' },
        mark: { is: 'at least', value: 10 },
        note: `${CONNECTIONS} connections each, the server in another process`,
      },
    ]
  },
}
