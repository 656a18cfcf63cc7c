import { onTestFinished } from 'vitest'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { startReceiver, type Answering, type Receiver } from './receiver.ts'

export type Receiving = { readonly asking: Asking; readonly receiver: Receiver }

/** A receiver and the way out to it, until the test ends. `taken` is what it answers once its script is through. */
export async function startReceiving(taken?: Answering): Promise<Receiving> {
  const asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'] })
  const receiver = await startReceiver()
  if (taken !== undefined) receiver.answerAll(() => taken)
  onTestFinished(async () => {
    await asking.close()
    await receiver.stop()
  })
  return { asking, receiver }
}
