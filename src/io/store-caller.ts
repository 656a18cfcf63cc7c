import type { Worker } from 'node:worker_threads'
import type { Answer, Call, Said } from './store-message.ts'
import type { Verb, VerbAnswer, VerbArgs } from './store-verbs.ts'

/** The main thread's end of the talk with the disk's thread. */
export type Caller = {
  /** The database's epoch, once it is open. */
  readonly opened: Promise<string>
  /** Posted before this returns, so that calls are done in the order they are made. */
  readonly call: <V extends Verb>(verb: V, ...args: VerbArgs<V>) => Promise<VerbAnswer<V>>
  /** Does everything asked before, then ends the thread. */
  readonly close: () => Promise<void>
}

type Waiting = {
  readonly verb: string
  readonly done: (json: string | null) => void
  readonly failed: (fault: Error) => void
}

/** However the thread ends, everything that waits for it is told so, and so is whoever calls later. */
export function createCaller(worker: Worker): Caller {
  const waiting = new Map<number, Waiting>()
  const opening = Promise.withResolvers<string>()
  const exited = Promise.withResolvers<undefined>()
  let last = 0
  let over: string | null = null
  let closing: Promise<void> | null = null

  function post(verb: Call['verb'], args: readonly unknown[]): Promise<string | null> {
    const refusal = closing === null ? over : 'The store is closed.'
    if (refusal !== null) return Promise.reject(new Error(refusal))
    const { promise, resolve, reject } = Promise.withResolvers<string | null>()
    const id = ++last
    try {
      worker.postMessage({ id, verb, args } satisfies Call)
      waiting.set(id, { verb, done: resolve, failed: reject })
    } catch (fault) {
      reject(new Error(`The store cannot take this ${verb}: ${String(fault)}`, { cause: fault }))
    }
    return promise
  }

  function hear(said: Said): void {
    if (said.kind === 'opened') opening.resolve(said.epoch)
    else if (said.kind === 'refused') end(said.message)
    else settle(said.answers)
  }

  function settle(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const { verb, done, failed } = waiting.get(answer.id) ?? NOBODY
      waiting.delete(answer.id)
      if (answer.ok) done(answer.json)
      else failed(new Error(`The store refused to ${verb}: ${answer.message}`))
    }
  }

  function end(why: string): void {
    over ??= why
    opening.reject(new Error(over))
    for (const { failed } of waiting.values()) failed(new Error(over))
    waiting.clear()
  }

  worker.on('message', hear)
  worker.on('messageerror', (fault) => end(`The store's thread cannot be understood: ${fault.message}`))
  worker.on('error', (fault) => end(`The store's thread has failed: ${String(fault)}`))
  worker.on('exit', (code) => {
    end(`The store's thread has ended with code ${code}.`)
    exited.resolve(undefined)
  })

  async function close(): Promise<void> {
    if (over === null) await post('close', [])
    await exited.promise
  }

  return {
    opened: opening.promise,
    async call<V extends Verb>(verb: V, ...args: VerbArgs<V>) {
      const text = await post(verb, args)
      return (text === null ? undefined : JSON.parse(text)) as VerbAnswer<V>
    },
    close: () => (closing ??= close()),
  }
}

const NOBODY: Waiting = { verb: '', done: () => undefined, failed: () => undefined }
