import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** Another process of the bench, which talks over its IPC channel. */
export type Child = {
  readonly pid: number
  tell(message: object): void
  /** The next message of this kind, in the order they came; those that came while nobody waited are kept. */
  hear<T>(kind: string): Promise<T>
  /** Settles when the process is gone. */
  stop(): Promise<void>
}

type Message = { readonly kind: string }

/**
 * Runs a file of this folder on the same Node. The other side ends by itself when the channel closes, so nothing is
 * left behind even when the bench is killed.
 */
export function startChild(file: string, args: readonly string[] = [], execArgv: readonly string[] = []): Child {
  const child = fork(resolve(import.meta.dirname, file), args, {
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const gone = once(child, 'exit')
  const kept: Message[] = []
  const waiting: { readonly kind: string; readonly take: (message: Message) => void }[] = []

  child.on('message', (message: Message) => {
    const index = waiting.findIndex(({ kind }) => kind === message.kind)
    const [first] = index === -1 ? [] : waiting.splice(index, 1)
    if (first === undefined) kept.push(message)
    else first.take(message)
  })

  async function hear<T>(kind: string): Promise<T> {
    const index = kept.findIndex((message) => message.kind === kind)
    if (index !== -1) return kept.splice(index, 1)[0] as T
    const coming = new Promise<Message>((take) => waiting.push({ kind, take }))
    const ended = gone.then((): never => {
      throw new Error(`${file} ended before it said ${kind}`)
    })
    return (await Promise.race([coming, ended])) as T
  }

  return {
    pid: child.pid ?? 0,
    tell: (message) => void child.send(message),
    hear,
    async stop() {
      if (child.connected) child.disconnect()
      const cut = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(cut)
    },
  }
}
