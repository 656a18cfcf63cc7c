import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { inPairs, median } from './pairs.ts'
import type { Line, Row, Say } from './row.ts'
import { ended, idleNode, serve } from './served.ts'

const STARTS = 7
const IDLE_FOR = 10_000

/** Design, section 7: cold start and idle memory of `rollcall serve`. */
export const start: Row = {
  name: 'start',
  run: async (say) => [await coldStart(say), ...(await idleMemory(say))],
}

async function coldStart(say: Say): Promise<Line> {
  const firstLooks: number[] = []
  const { subject, reference } = await inPairs({
    count: STARTS,
    async subject() {
      const served = await serve()
      firstLooks.push(served.firstLookMs)
      await served.stop()
      return served.verdictMs
    },
    reference: nothing,
    say,
  })
  return {
    what: 'cold start to first verdict',
    subject: { value: subject, unit: 'ms' },
    reference: { name: "node -e '0'", value: reference, unit: 'ms' },
    figure: { value: subject, unit: 'ms' },
    mark: { is: 'under', value: 1_000 },
    note: `from spawn until GET /api/v1/accounts says up; first look answered after ${Math.round(median(firstLooks))} ms`,
  }
}

async function idleMemory(say: Say): Promise<readonly Line[]> {
  say(`idle for ${IDLE_FOR / 1000} s`)
  const served = await serve()
  const bare = idleNode()
  await new Promise((later) => setTimeout(later, IDLE_FOR))
  const [ours, theirs] = [residentMb(served.pid), residentMb(bare.pid)]
  await Promise.all([served.stop(), ended(bare)])
  if (ours === null || theirs === null) {
    say('this system has no /proc: idle memory is left out')
    return []
  }
  return [
    {
      what: 'idle memory, one account every 10 s',
      subject: { value: ours, unit: 'MB' },
      reference: { name: "node -e 'setInterval(…)'", value: theirs, unit: 'MB' },
      figure: { value: ours, unit: 'MB' },
      mark: { is: 'under', value: 110 },
      note: `resident set (VmRSS) ${IDLE_FOR / 1000} s after the first verdict; MB = 1,000,000 bytes`,
    },
  ]
}

/** How long Node itself takes to start and end. */
async function nothing(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - begin
}

/** Null where the system does not tell. */
function residentMb(pid: number | undefined): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : (Number(kib) * 1024) / 1e6
  } catch {
    return null
  }
}
