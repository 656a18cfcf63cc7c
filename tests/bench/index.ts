/**
 * The benchmarks of the design's section 7, each beside a bare reference from the same run.
 *
 *     npm run bench [-- [--json] ROW…]
 *
 * A mark that is missed is told, not an error: the code is 0 unless the bench itself breaks.
 */
import { deliveries } from './deliveries.ts'
import { roll } from './roll.ts'
import { single } from './single.ts'
import { sockets } from './sockets.ts'
import { start } from './start.ts'
import { storm } from './storm.ts'
import { stepping } from './step.ts'
import { isReached, type Line, type Row } from './row.ts'
import { heading, rowText } from './table.ts'
import { together } from './together.ts'

const ROWS: readonly Row[] = [single, together, stepping, roll, sockets, deliveries, storm, start]

const args = process.argv.slice(2)
const json = args.includes('--json')
const names = args.filter((arg) => arg !== '--json')
const strangers = names.filter((name) => !ROWS.some((row) => row.name === name))
if (strangers.length > 0) {
  console.error(`No such row: ${strangers.join(', ')}. There are: ${ROWS.map(({ name }) => name).join(', ')}`)
  process.exit(64)
}

const lines: (Line & { readonly row: string; readonly reached: boolean })[] = []
if (!json) console.log(heading())
for (const row of ROWS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const measured = await row.run((progress) => console.error(`${row.name}: ${progress}`))
  for (const line of measured) {
    lines.push({ row: row.name, ...line, reached: isReached(line) })
    if (!json) console.log(rowText(row.name, line))
  }
}
if (json) console.log(JSON.stringify({ node: process.version, at: new Date().toISOString(), lines }, null, 2))
