import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen, run, timed, WIKI } from './debian.ts'
import type { Done } from './network.ts'

/** A wiki and what its administrator can do; accounts cannot be deleted there. A name's first letter is made a capital. */
export type MediaWiki = {
  /** `http://localhost:PORT` */
  readonly origin: string
  /** `ORIGIN/api.php` */
  readonly api: string
  /** `id` is the account's `userid`, which it keeps for good. */
  create(name: string): Promise<Done & { readonly id: string }>
  /** For good, with the reason `spam`. */
  block(name: string): Promise<Done>
  unblock(name: string): Promise<Done>
  /** The old name is free then. */
  rename(from: string, to: string): Promise<Done>
  stop(): Promise<void>
}

/** Runs MediaWiki on PHP's own server and SQLite, on a free port and with everything it has in a folder of its own. */
export async function startMediaWiki(): Promise<MediaWiki> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-mediawiki-'))
  const env = { MW_CONFIG_FILE: join(folder, 'LocalSettings.php') }
  const maintain = (script: string, args: readonly string[], input = '') =>
    run('php', [join(WIKI, script), ...args], { env, input })

  async function block(name: string, ...flags: readonly string[]): Promise<void> {
    const said = await maintain('maintenance/blockUsers.php', ['--reason', 'spam', ...flags], name)
    // It ends well whatever became of it.
    if (!said.includes('succeeded')) throw new Error(said)
  }

  const listening = await listen('php', ['-S', '127.0.0.1:0', '-t', WIKI], /127\.0\.0\.1:(\d+)\) started/, env)
  const origin = `http://localhost:${listening.words[1]}`
  const api = `${origin}/api.php`

  async function stop(): Promise<void> {
    await listening.stop()
    rmSync(folder, { recursive: true })
  }

  try {
    await maintain('maintenance/install.php', settings(folder, origin))
  } catch (fault) {
    await stop()
    throw fault
  }

  return {
    origin,
    api,
    async create(name) {
      const done = await timed(() => maintain('maintenance/createAndPromote.php', [name, randomUUID()]))
      return { ...done, id: await userid(api, name) }
    },
    block: (name) => timed(() => block(name)),
    unblock: (name) => timed(() => block(name, '--unblock')),
    rename: (from, to) =>
      timed(() => maintain('extensions/Renameuser/maintenance/renameUser.php', ['--oldname', from, '--newname', to])),
    stop,
  }
}

const settings = (folder: string, origin: string): readonly string[] => [
  ...['--confpath', folder, '--dbtype', 'sqlite', '--dbpath', join(folder, 'data'), '--dbname', 'wiki'],
  ...['--server', origin, '--scriptpath', '', '--skins', 'Vector', '--extensions', 'Renameuser'],
  ...['--pass', randomUUID(), 'Test wiki', 'Desk'],
]

async function userid(api: string, name: string): Promise<string> {
  const answer = await fetch(
    `${api}?action=query&list=users&ususers=${encodeURIComponent(name)}&format=json&formatversion=2`,
  )
  const { query } = (await answer.json()) as { query: { users: [{ userid: number }] } }
  return String(query.users[0].userid)
}
