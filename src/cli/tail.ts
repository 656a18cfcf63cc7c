import {
  createClient,
  type ClientOptions,
  type Connection,
  type Snapshot,
  type TransitionFrame,
} from '../client/index.ts'
import { inkFor, oneLine, type Out } from './terminal.ts'
import { sentenceOf, type Sentence } from './tail-words.ts'

export type TailOptions = {
  /** The app's address or its socket's. */
  readonly url: string
  readonly token: string | undefined
  /** One frame as JSON a line, for programs; otherwise one line of words a transition. */
  readonly json: boolean
  /** News; nothing else is ever written here. */
  readonly out: Out
  /** How it stands with the connection. */
  readonly err: Out
  /** Ends it cleanly. */
  readonly signal: AbortSignal
}

/** How a tail ended: asked to, or not let in (`reason` is for people). */
export type TailEnd = { readonly kind: 'stopped' } | { readonly kind: 'refused'; readonly reason: string }

/**
 * Follows the live socket until the signal, through every loss of the connection: no transition is missing or written
 * twice.
 *
 * @throws {TypeError} when `url` is no address
 */
export function tail(options: TailOptions): Promise<TailEnd> {
  const { url, token, signal } = options
  if (signal.aborted) return Promise.resolve({ kind: 'stopped' })
  const { promise, resolve } = Promise.withResolvers<TailEnd>()
  const refused = (reason: string): void => end({ kind: 'refused', reason: reason || 'the token is not taken' })
  const client = createClient({ url, token, ...newsFor(options), onConnection: notesFor(options, refused) })
  const stop = (): void => end({ kind: 'stopped' })
  signal.addEventListener('abort', stop, { once: true })

  function end(ending: TailEnd): void {
    client.close()
    signal.removeEventListener('abort', stop)
    resolve(ending)
  }
  return promise
}

type News = Pick<ClientOptions, 'onSnapshot' | 'onTransition' | 'onPulse' | 'onFault'>

function newsFor({ json, out, err }: TailOptions): News {
  const write = (text: string): void => void out.write(`${text}\n`)
  const note = noteTo(err)
  const words = wordsFor(out)
  return {
    onSnapshot: (snapshot) => (json ? write(JSON.stringify(snapshot)) : words.standing(snapshot).forEach(write)),
    onTransition: (transition) => write(json ? JSON.stringify(transition) : words.news(transition)),
    onPulse: (accounts) => (json ? write(JSON.stringify({ type: 'pulse', accounts })) : undefined),
    onFault: ({ code, detail }) => note('red', `the server says ${code}: ${detail}`),
  }
}

function notesFor({ url, err }: TailOptions, refused: (reason: string) => void) {
  const note = noteTo(err)
  let wasLive = false
  return (connection: Connection): void => {
    note(...connectionWords(connection, url, wasLive))
    if (connection.state === 'live') wasLive = true
    if (connection.state === 'refused') refused(connection.reason)
  }
}

type Tone = Sentence['tone']

function noteTo(err: Out): (tone: Tone, text: string) => void {
  const ink = inkFor(err)
  return (tone, text) => void err.write(`${ink[tone](oneLine(text))}\n`)
}

function wordsFor(out: Out) {
  const ink = inkFor(out)
  const line = ({ at, tone, mark, text }: Sentence): string =>
    `${ink.dim(at.slice(0, 19).replace('T', ' '))}  ${ink[tone](mark.padEnd(9))}  ${oneLine(text)}`
  return {
    news: (transition: TransitionFrame): string => line(sentenceOf(transition)),
    /** What is gone already, as if it were news: whoever comes late should not have to ask. */
    standing: ({ outages }: Snapshot): readonly string[] =>
      outages.map((outage) => line(sentenceOf({ name: 'outage.opened', at: outage.openedAt, outage }))),
  }
}

/** All that a socket says of a handshake that failed, whatever the reason. */
const NO_ANSWER = 1006

function connectionWords(connection: Connection, url: string, wasLive: boolean): [tone: Tone, text: string] {
  switch (connection.state) {
    case 'connecting':
      return ['dim', connection.attempt === 1 ? `connecting to ${url}` : `connecting, try ${connection.attempt}`]
    case 'live':
      return ['dim', connection.resumed ? 'live again, nothing was missed' : 'live']
    case 'stale':
      return ['yellow', `nothing heard for ${Math.round(connection.silentMs / 1000)} s; connecting again`]
    case 'lost': {
      const next = `next try in ${(connection.retryInMs / 1000).toFixed(1)} s`
      if (!wasLive && connection.code === NO_ANSWER) return ['yellow', `no Rollcall answers at ${url}; ${next}`]
      const why = connection.reason === '' ? `code ${connection.code}` : `${connection.code} ${connection.reason}`
      return ['yellow', `connection lost (${why}); ${next}`]
    }
    case 'refused':
      return ['red', `refused (${connection.code}${connection.reason === '' ? '' : ` ${connection.reason}`})`]
  }
}
