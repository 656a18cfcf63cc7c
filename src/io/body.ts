import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'

/** Takes an answer's bytes as they come. */
export type Body = {
  /** False asks to pause until `drained`. */
  readonly take: (chunk: Buffer) => boolean
  /** No more bytes come; `whole` or `refused` is called now or later. */
  readonly finish: () => void
  /** Forgets what came; neither `whole` nor `refused` is called any more. */
  readonly discard: () => void
}

/** How a body ends (`whole` or `refused`, once), and when more of it may come again. */
export type BodyEnds = {
  readonly whole: (bytes: Buffer) => void
  readonly refused: (kind: 'oversize' | 'undecodable') => void
  readonly drained: () => void
}

/**
 * Gathers a body up to `maxBytes` after decompression; memory stays bounded by that, whatever is sent.
 *
 * @param encoding the `content-encoding` header
 */
export function createBody(encoding: string | undefined, maxBytes: number, ends: BodyEnds): Body {
  let chunks: Buffer[] = []
  let size = 0
  let isOver = false
  function refuse(kind: 'oversize' | 'undecodable'): void {
    if (isOver) return
    discard()
    ends.refused(kind)
  }
  function keep(chunk: Buffer): boolean {
    if (isOver) return true
    size += chunk.length
    if (size > maxBytes) refuse('oversize')
    else chunks.push(chunk)
    return true
  }
  function finish(): void {
    if (isOver) return
    isOver = true
    const [first] = chunks
    ends.whole(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, size))
  }
  function discard(): void {
    isOver = true
    chunks = []
  }
  const plain: Body = { take: keep, finish, discard }
  if (encoding === undefined) return plain
  const names = encodingsOf(encoding)
  return names.length === 0 ? plain : decoded(names, plain, refuse, ends.drained)
}

/** Outermost first, the order in which they are undone. */
function encodingsOf(header: string): readonly string[] {
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  return names.filter((name) => name !== '' && name !== 'identity').reverse()
}

function decoded(
  names: readonly string[],
  plain: Body,
  refuse: (kind: 'oversize' | 'undecodable') => void,
  drained: () => void,
): Body {
  let stages: readonly Transform[] | null = null

  function open(first: Buffer): readonly Transform[] | null {
    // Counted before any is made: each takes its memory from the start.
    if (names.length > MOST_STAGES) return null
    const made = names.map((name, depth) => decoder(name, depth === 0 ? first : null))
    const known = made.filter((stage) => stage !== null)
    if (known.length < made.length) return null
    for (const [index, stage] of known.entries()) {
      stage.on('error', () => refuse('undecodable'))
      const next = known[index + 1]
      if (next === undefined) stage.on('data', plain.take).on('end', plain.finish)
      else stage.pipe(next)
    }
    known[0]?.on('drain', drained)
    return known
  }

  return {
    take(chunk) {
      stages ??= open(chunk)
      if (stages === null) refuse('undecodable')
      return stages?.[0]?.write(chunk) ?? true
    },
    finish() {
      // Nothing came: an answer to HEAD, a 204 or a 304 may name an encoding and has no body.
      if (stages === null) plain.finish()
      else stages[0]?.end()
    },
    discard() {
      plain.discard()
      for (const stage of stages ?? []) stage.destroy()
    },
  }
}

/** Encodings over one another that are undone; nobody has a use for more. */
const MOST_STAGES = 2

function decoder(name: string, first: Buffer | null): Transform | null {
  if (name === 'gzip' || name === 'x-gzip') return createGunzip()
  if (name === 'br') return createBrotliDecompress()
  if (name === 'zstd') return createZstdDecompress()
  if (name !== 'deflate') return null
  // Some servers send deflate without its zlib frame, which always begins with method 8.
  return first !== null && ((first[0] ?? 8) & 15) !== 8 ? createInflateRaw() : createInflate()
}
