import { fork, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'

/** A process that has loaded the app and waits for its order; none is left behind when the test is over. */
export function loadedApp(env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = fork(resolve(import.meta.dirname, 'killed-app.ts'), { env: { ...process.env, ...env }, execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return new Promise((loaded, failed) => {
    child.once('message', () => loaded(child))
    // One that cannot be loaded ends by itself, and would be waited for otherwise.
    child.once('exit', (code) => {
      if (code !== null) failed(new Error(`it ended with ${code} before it had loaded`))
    })
  })
}
