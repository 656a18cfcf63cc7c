import { AskFault, type FaultKind, type Head } from '../core/answer.ts'

const WORDS: Readonly<Record<FaultKind, string>> = {
  dns: 'no address found',
  connect: 'no connection',
  tls: 'no secure connection',
  deadline: 'no whole answer in time',
  broken: 'the connection broke',
  oversize: 'the answer is too big',
  undecodable: 'the answer cannot be decoded',
  forbidden_address: 'refused to go there',
}

/**
 * A fault as people may read it: kind and host, never path, query or credentials. The runtime's own errors can hold
 * bytes of the answer or the whole address, so only their code is kept, as `cause`.
 */
export function faultAt(
  kind: FaultKind,
  host: string,
  { code, head, words, isFinal = false }: FaultDetail = {},
): AskFault {
  return new AskFault(kind, `${kind}: ${words ?? WORDS[kind]} (${host})`, {
    ...(code === undefined ? {} : { cause: code }),
    head,
    isFinal,
  })
}

/** `head` is the answer's, where it had come; `words` replace the kind's own, where more can be said. */
type FaultDetail = {
  readonly code?: string | undefined
  readonly head?: Head | undefined
  readonly words?: string
  readonly isFinal?: boolean
}

/**
 * How far a request had come when it failed; the same error means something else before and after. A head is that of
 * the answer under way.
 */
export type Progress = 'connecting' | 'connected' | Head

/** Reads the runtime's errors (node:dns, node:net, node:tls, undici, ws). An AskFault passes as it is. */
export function faultOf(error: unknown, { protocol, host }: URL, progress: Progress): AskFault {
  if (error instanceof AskFault) return error
  const code = textAt(error, 'code')
  const isSecure = /^(?:https|wss):$/.test(protocol)
  const kind = kindOf(code, textAt(error, 'syscall'), isSecure, progress)
  return faultAt(kind, host, { code, head: headAt(progress) })
}

/** The head of the answer under way, where there is one. */
export const headAt = (progress: Progress): Head | undefined => (typeof progress === 'string' ? undefined : progress)

function kindOf(code = '', syscall: string | undefined, isSecure: boolean, progress: Progress): FaultKind {
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'oversize'
  if (progress !== 'connecting') return 'broken'
  if (code.startsWith('UND_ERR_') && code !== 'UND_ERR_CONNECT_TIMEOUT') return 'broken'
  if (syscall === 'getaddrinfo' || code.startsWith('EAI_') || code === 'ENOTFOUND') return 'dns'
  // An attempt at every address ends in an AggregateError, which has the first one's code and no syscall.
  if (syscall === 'connect' || code === 'UND_ERR_CONNECT_TIMEOUT' || UNREACHED.has(code)) return 'connect'
  // What is left before a request is under way is the handshake: its codes are OpenSSL's, dozens of them.
  return isSecure ? 'tls' : 'connect'
}

const UNREACHED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'])

function textAt(error: unknown, key: 'code' | 'syscall'): string | undefined {
  const value = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[key] : undefined
  return typeof value === 'string' ? value : undefined
}
