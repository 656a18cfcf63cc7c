import { hash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { Answer, FaultKind, Head } from '../core/answer.ts'
import { createBody, type Body } from './body.ts'
import { faultAt, faultOf, headAt, type Progress } from './fault.ts'
import { textOf } from './text.ts'

/** One request, ready to be sent. */
export type Sending = {
  readonly agent: Dispatcher
  readonly url: URL
  /** The address as it was asked for. */
  readonly address: string
  readonly method: Dispatcher.HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly deadlineMs: number
  readonly maxBytes: number
}

/** A timer for longer than this fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Sends one request and gathers its answer. Below undici's `request()`, since that makes a stream and an abort signal
 * for every answer, and does not heed the signal while a connection is being made.
 * @throws {AskFault} when no whole answer came
 */
export function exchange(sending: Sending): Promise<Answer> {
  const { url, agent, method, headers, body } = sending
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  let isOver = false
  let progress: Progress = 'connecting'
  let controller: Dispatcher.DispatchController | null = null
  let taken: Body | null = null
  const timer = setTimeout(() => give('deadline'), Math.min(sending.deadlineMs, LONGEST_TIMER))

  function over(): void {
    isOver = true
    clearTimeout(timer)
  }
  function fail(error: unknown): void {
    if (isOver) return
    over()
    const fault = faultOf(error, url, progress)
    taken?.discard()
    controller?.abort(fault)
    reject(fault)
  }
  const give = (kind: FaultKind): void => fail(faultAt(kind, url.host, { head: headAt(progress) }))

  function begin(head: Head): Body | null {
    const { headers: known } = head
    const encoding = known['content-encoding']
    if (encoding === undefined && method !== 'HEAD' && Number(known['content-length']) > sending.maxBytes) {
      give('oversize')
      return null
    }
    return createBody(encoding, sending.maxBytes, {
      whole(bytes) {
        if (isOver) return
        over()
        resolve(answerOf(sending.address, head, bytes))
      },
      refused: give,
      drained: () => controller?.resume(),
    })
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started
      progress = 'connected'
      // Its time was over while it waited for a connection: it must not be sent any more.
      if (isOver) started.abort(faultAt('deadline', url.host))
    },
    onResponseStart(_, status, raw) {
      if (status < 200 || isOver) return
      const head = { status, headers: plainHeaders(raw) }
      progress = head
      taken = begin(head)
    },
    onResponseData(from, chunk) {
      if (!isOver && taken?.take(chunk) === false) from.pause()
    },
    onResponseEnd: () => taken?.finish(),
    onResponseError: (_, error) => fail(error),
  }
  try {
    agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, handler)
  } catch (error) {
    fail(error)
  }
  return promise
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>

function plainHeaders(raw: RawHeaders): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in raw) {
    const value = raw[name]
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return headers
}

const answerOf = (url: string, { status, headers }: Head, bytes: Buffer): Answer => ({
  url,
  status,
  headers,
  text: textOf(bytes, headers['content-type']),
  digest: () => hash('sha256', bytes),
})
