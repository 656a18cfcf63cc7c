import { once } from 'node:events'
import type { Log } from '../core/log.ts'
import type { PackSummary } from '../core/platform.ts'
import { refuseToStart } from './exit.ts'
import { createFileWatch } from './file-watch.ts'
import type { Out } from './terminal.ts'

/** What of a configuration matters to whoever runs the monitor. */
export type Served = {
  readonly file: string
  readonly packs: readonly Pick<PackSummary, 'path'>[]
  readonly accounts: readonly unknown[]
}

export type ServeParts<Config extends Served> = {
  /** Reads the configuration anew. */
  readonly load: () => Config
  /** The faults of a configuration that is refused; null for anything else that was thrown. */
  readonly faultsOf: (thrown: unknown) => readonly string[] | null
  readonly createApp: (config: Config) => {
    start(): Promise<{ readonly url: string }>
    reload(config: Config): void
    stop(): Promise<void>
  }
  /** Calls when the file may have changed, until the answer is called. */
  readonly watch: (path: string, onChange: () => void, onFault: (fault: Error) => void) => () => void
  /** Calls when somebody asks for a reload, until the answer is called. */
  readonly onHangup: (reload: () => void) => () => void
  /** Aborts when it is to stop; heard from the first moment on. */
  readonly told: AbortSignal
  readonly log: Log
  readonly out: Out
}

/** Runs until it is told to stop. Who stops or reloads us while we start is obeyed as soon as we stand. */
export async function serve<Config extends Served>(parts: ServeParts<Config>): Promise<void> {
  const { load, told, log, out } = parts
  const first = load()
  const app = parts.createApp(first)
  const starting = app.start()
  const take = (): void => {
    const next = load()
    app.reload(next)
    files.follow(filesOf(next))
  }
  // What fails to start says so below.
  const reload = (): void =>
    void starting.then(
      () => unlessRefused(take, parts),
      () => undefined,
    )
  const unwatched = (fault: unknown): void => log.warn('config_unwatched', { err: fault })
  const files = createFileWatch((path) => parts.watch(path, reload, unwatched), unwatched)
  const stopHearing = parts.onHangup(reload)
  files.follow(filesOf(first))
  const { url } = await starting.catch(refuseToStart)
  if (out.isTTY === true) out.write(`Rollcall calls ${first.accounts.length} accounts. Dashboard: ${url}\n`)
  if (!told.aborted) await once(told, 'abort')
  files.follow([])
  stopHearing()
  await app.stop()
}

/** A bad file changes nothing and is told. */
function unlessRefused(take: () => void, { faultsOf, log }: Pick<ServeParts<Served>, 'faultsOf' | 'log'>): void {
  try {
    take()
  } catch (fault) {
    const faults = faultsOf(fault)
    if (faults === null) throw fault
    log.error('reload_refused', { faults })
  }
}

/** Rule packs are the configuration's, too. */
const filesOf = ({ file, packs }: Served): readonly string[] => [file, ...packs.map(({ path }) => path)]
