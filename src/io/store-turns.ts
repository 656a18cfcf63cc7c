import type { DatabaseSync } from 'node:sqlite'
import type { Answer, Call } from './store-message.ts'
import type { Verbs } from './store-verbs.ts'

type Parts = {
  readonly db: Pick<DatabaseSync, 'exec' | 'isTransaction'>
  readonly verbs: Verbs
  readonly say: (answers: readonly Answer[]) => void
  /** Closes the database; `leave` then ends the thread, after the answer is on its way. */
  readonly close: () => void
  readonly leave: () => void
}

/** Does one call and answers with its JSON text; undefined where there is nothing to say. */
type Act = (...args: readonly unknown[]) => string | undefined

/**
 * Takes calls one after the other. Writes that wait together share one commit, since waiting for the disk is nearly
 * all that a write costs; each has a savepoint, so that one that fails takes nothing with it and leaves nothing behind.
 * Nothing is answered before the disk has it.
 */
export function createTurns({ db, verbs, say, close, leave }: Parts): { take(call: Call): void } {
  // The two ends of a message agree on their types: the caller is compiled against these very verbs.
  const writes = new Map(Object.entries(verbs.writes)) as unknown as ReadonlyMap<string, Act>
  const reads = new Map(Object.entries(verbs.reads)) as unknown as ReadonlyMap<string, Act>
  let waiting: Call[] = []

  function take(call: Call): void {
    waiting.push(call)
    // Not at once: everything that has arrived by now is to be in the same turn.
    if (waiting.length === 1) setImmediate(turn)
  }

  function turn(): void {
    const calls = waiting
    waiting = []
    for (let at = 0; at < calls.length;) {
      const group = writesFrom(calls, at)
      const call = calls[at]
      if (group.length > 0) say(together(group))
      else if (call?.verb === 'close') end(call)
      else if (call !== undefined) say([answered(call, reads)])
      at += Math.max(1, group.length)
    }
  }

  function end(call: Call): void {
    close()
    say([{ id: call.id, ok: true, json: null }])
    leave()
  }

  function writesFrom(calls: readonly Call[], at: number): readonly Call[] {
    let end = at
    while (writes.has(calls[end]?.verb ?? '')) end++
    return calls.slice(at, end)
  }

  function together(calls: readonly Call[]): readonly Answer[] {
    try {
      db.exec('begin immediate')
    } catch (fault) {
      return calls.map(({ id }) => refused(id, fault))
    }
    try {
      const answers = calls.map(apart)
      db.exec('commit')
      return answers
    } catch (fault) {
      if (db.isTransaction) db.exec('rollback')
      const [only] = calls
      // A full disk or a broken one ends the whole transaction; whose fault it was shows when each tries alone.
      return calls.length === 1 && only !== undefined
        ? [refused(only.id, fault)]
        : calls.flatMap((call) => together([call]))
    }
  }

  function apart(call: Call): Answer {
    db.exec('savepoint apart')
    const answer = answered(call, writes)
    if (!answer.ok) {
      if (!db.isTransaction) throw new Error(answer.message)
      db.exec('rollback to apart')
    }
    db.exec('release apart')
    return answer
  }

  return { take }
}

function answered({ id, verb, args }: Call, acts: ReadonlyMap<string, Act>): Answer {
  try {
    const act = acts.get(verb)
    if (act === undefined) throw new Error(`the store has no verb ${verb}`)
    return { id, ok: true, json: act(...args) ?? null }
  } catch (fault) {
    return refused(id, fault)
  }
}

const refused = (id: number, fault: unknown): Answer => ({
  id,
  ok: false,
  message: fault instanceof Error ? fault.message : String(fault),
})
