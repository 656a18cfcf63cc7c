import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type CompiledQuery,
} from 'kysely'
import type { Tables } from './store-schema.ts'

/**
 * Builds queries and runs none: node:sqlite is synchronous, and what never waits can hold no transaction open while
 * something else gets in between.
 */
export const query = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** Written into the statement: a partial index is not used where its condition is a parameter. */
export const DUE = sql.lit('due' as const)
export const HELD = sql.lit('held' as const)

/**
 * A query put together once for whatever values: doing it anew each time costs more than running it. `build` is handed
 * stand-ins, which it may only give to the query as values.
 */
export function template<Values extends object, Row>(
  build: (values: Values) => { compile(): CompiledQuery<Row> },
): (values: Values) => CompiledQuery<Row> {
  let made: CompiledQuery<Row> | null = null
  const standIns = new Proxy({}, { get: (_, key) => new StandIn(key) }) as Values
  return (values) => {
    made ??= build(standIns).compile()
    const valueOf = (parameter: unknown): unknown =>
      parameter instanceof StandIn ? Reflect.get(values, parameter.key) : parameter
    return { ...made, parameters: made.parameters.map(valueOf) }
  }
}

class StandIn {
  readonly key: string | symbol
  constructor(key: string | symbol) {
    this.key = key
  }
}

/** Runs compiled queries; each text is prepared once, so texts must be few (lists go in as one JSON parameter). */
export type Sql = {
  all<Row>(compiled: CompiledQuery<Row>): Row[]
  first<Row>(compiled: CompiledQuery<Row>): Row | undefined
  /** Answers with how many rows it changed. */
  run(compiled: CompiledQuery): number
}

/** Runs queries on this database. */
export function createSql(db: DatabaseSync): Sql {
  const statements = new Map<string, StatementSync>()

  function prepared(text: string): StatementSync {
    let statement = statements.get(text)
    if (statement === undefined) statements.set(text, (statement = db.prepare(text)))
    return statement
  }

  const values = (compiled: CompiledQuery): SQLInputValue[] => compiled.parameters as SQLInputValue[]

  return {
    all: <Row>(compiled: CompiledQuery<Row>) => prepared(compiled.sql).all(...values(compiled)) as Row[],
    first: <Row>(compiled: CompiledQuery<Row>) => prepared(compiled.sql).get(...values(compiled)) as Row | undefined,
    run: (compiled) => Number(prepared(compiled.sql).run(...values(compiled)).changes),
  }
}
