import { decode, decodeFirst } from 'cborg'
import { z } from 'zod'

/** One frame of a firehose, as far as it concerns us. */
export type Frame =
  /** Something about this account or its identity may have changed. */
  | { readonly kind: 'about'; readonly did: string; readonly seq: number }
  /** The server will not, or not exactly, go on from the cursor we gave. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The server ends the stream for another reason. */
  | { readonly kind: 'error'; readonly why: string }
  | { readonly kind: 'passed' }
  | { readonly kind: 'unreadable' }

const PASSED: Frame = { kind: 'passed' }
const UNREADABLE: Frame = { kind: 'unreadable' }

/** Account and identity frames take about a hundred bytes. A larger one is no reason to work. */
const LARGEST = 16_384

const Header = z.union([z.object({ op: z.literal(1), t: z.string() }), z.object({ op: z.literal(-1) })])
const About = z.object({ did: z.string(), seq: z.int().nonnegative() })
const Info = z.object({ name: z.string() })
const Failure = z.object({ error: z.string() })

/**
 * Reads a frame of com.atproto.sync.subscribeRepos: a header and a body in CBOR, one after the other. Never throws,
 * whatever the bytes are. Nearly all frames are commits; they are let pass by their first bytes.
 */
export function readFrame(data: Uint8Array | string): Frame {
  if (typeof data === 'string') return UNREADABLE
  if (BULK.some((head) => startsWith(data, head))) return PASSED
  if (data.length > LARGEST) return UNREADABLE
  try {
    const [header, body] = decodeFirst(data) as [unknown, Uint8Array]
    return meaning(Header.parse(header), body)
  } catch {
    // Not CBOR, not a frame, too deep, or a number no JavaScript number can hold.
    return UNREADABLE
  }
}

function meaning(header: z.infer<typeof Header>, body: Uint8Array): Frame {
  if (header.op === -1) {
    const { error } = Failure.parse(decode(body))
    return { kind: error === 'FutureCursor' ? 'refused' : 'error', why: error }
  }
  if (header.t === '#account' || header.t === '#identity') return { kind: 'about', ...About.parse(decode(body)) }
  if (header.t !== '#info') return PASSED
  const { name } = Info.parse(decode(body))
  return name === 'OutdatedCursor' ? { kind: 'refused', why: name } : PASSED
}

/** How the servers in use begin a commit and a sync frame: `{"t": "#commit", "op": 1}`, shortest key first. */
const BULK = ['#commit', '#sync'].map((type) =>
  Uint8Array.of(0xa2, 0x61, 0x74, 0x60 + type.length, ...new TextEncoder().encode(type), 0x62, 0x6f, 0x70, 0x01),
)

function startsWith(data: Uint8Array, head: Uint8Array): boolean {
  if (data.length < head.length) return false
  for (let index = 0; index < head.length; index++) if (data[index] !== head[index]) return false
  return true
}
