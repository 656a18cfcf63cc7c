/**
 * A body as text: UTF-8 without its byte order mark, or what `content-type` names. A charset nobody knows is read as
 * UTF-8, as browsers would guess.
 */
export function textOf(bytes: Buffer, contentType: string | undefined): string {
  const charset = contentType === undefined ? undefined : /charset="?([\w:.-]+)/i.exec(contentType)?.[1]
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    const decoder = decoderFor(charset)
    if (decoder !== null) return decoder.decode(bytes)
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return bytes.toString('utf8', hasMark ? 3 : 0)
}

function decoderFor(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset)
  } catch (fault) {
    if (fault instanceof RangeError) return null
    throw fault
  }
}
