/**
 * A process that records decisions, eight at a time, until it is killed. For each that was answered it writes one line:
 * the transition's number and id. Arguments: the database, the first decision's instant.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../../src/io/store.ts'
import { opening } from './store-samples.ts'

const [path = '', from = ''] = process.argv.slice(2)
const store = await openStore({ path })
let at = Number(from)

async function record(): Promise<never> {
  for (;;) {
    const instant = at++
    const [transition] = await store.record(opening(`x:account${instant}`, instant, ['desk', 'pager']))
    writeSync(1, `${transition?.seq} ${transition?.id}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, record))
