/** The disk's own thread: node:sqlite is synchronous, and waiting for an fsync must never delay the roll. */
import { randomUUID } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { openFile } from './store-file.ts'
import type { Call, Said } from './store-message.ts'
import { releaseAll } from './store-settle.ts'
import { createSql, query, type Sql } from './store-sql.ts'
import { createTurns } from './store-turns.ts'
import { createVerbs } from './store-verbs.ts'

const port = parentPort
if (port === null) throw new Error('store-thread is started by the store, as a worker')
const say = (said: Said): void => port.postMessage(said)

try {
  const file = openFile((workerData as { readonly path: string }).path)
  const sql = createSql(file.db)
  releaseAll(sql)
  const turns = createTurns({
    db: file.db,
    verbs: createVerbs(sql),
    say: (answers) => say({ kind: 'answers', answers }),
    close: file.close,
    leave: () => port.close(),
  })
  const epoch = epochOf(sql)
  port.on('message', (call: Call) => turns.take(call))
  say({ kind: 'opened', epoch })
} catch (fault) {
  say({ kind: 'refused', message: fault instanceof Error ? fault.message : String(fault) })
}

/** Made once for each database, by whoever opens it first. */
function epochOf(sql: Sql): string {
  const row = { key: 'epoch', value: randomUUID() }
  sql.run(
    query
      .insertInto('meta')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .compile(),
  )
  return sql.first(query.selectFrom('meta').select('value').where('key', '=', row.key).compile())?.value ?? row.value
}
