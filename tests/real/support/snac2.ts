import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../support/process.ts'
import { listen, run, SNAC, timed, type Listening } from './debian.ts'
import type { Done } from './network.ts'

/** A fediverse server and what its administrator can do. Names are letters, digits and `_`, without a host. */
export type Snac2 = {
  /** What stands behind the `@` of its handles: `localhost:PORT`. */
  readonly host: string
  /** `http://localhost:PORT`; an account's actor is `ORIGIN/NAME`. */
  readonly origin: string
  /** Also for the name of an account that was removed: nothing but its key and its day of birth differ then. */
  create(name: string): Promise<Done>
  remove(name: string): Promise<Done>
  /** Both are accounts here, and stay; each is known as the other then, and no answer says which of them moved. */
  move(from: string, to: string): Promise<Done>
  stop(): Promise<void>
}

/** Runs snac2 on a free port, with everything it has in a folder of its own. */
export async function startSnac2(): Promise<Snac2> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-snac2-'))
  try {
    const { data, host, listening } = await begin(folder)
    const order = (verb: string, ...words: readonly string[]) => run(SNAC, [verb, data, ...words])
    return {
      host,
      origin: `http://${host}`,
      create: (name) => timed(() => order('adduser', name)),
      remove: (name) => timed(() => order('deluser', name)),
      move: (from, to) =>
        timed(async () => {
          await order('alias', to, `${from}@${host}`)
          await order('alias', from, `${to}@${host}`)
          await order('migrate', from)
        }),
      async stop() {
        await listening.stop()
        rmSync(folder, { recursive: true })
      },
    }
  } catch (fault) {
    rmSync(folder, { recursive: true })
    throw fault
  }
}

type Begun = { readonly data: string; readonly host: string; readonly listening: Listening }

/** Its addresses hold the port, so that it must be chosen before; when somebody else was quicker, another one is. */
async function begin(folder: string, tries = 5): Promise<Begun> {
  const port = await freePort()
  const host = `localhost:${port}`
  const data = join(folder, String(port))
  await run(SNAC, ['init', data], { input: ['127.0.0.1', port, host, '', '', ''].join('\n') })
  const file = join(data, 'server.json')
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...settings, protocol: 'http' }))
  try {
    return { data, host, listening: await listen(SNAC, ['httpd', data], /httpd start/) }
  } catch (fault) {
    if (tries === 1 || !String(fault).includes('cannot bind')) throw fault
    return begin(folder, tries - 1)
  }
}
