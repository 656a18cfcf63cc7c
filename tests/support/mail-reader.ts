/** A mail as a mail program shows it. Header names are lower case. */
export type ReadMail = {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly html: string
}

/** Reads a mail of text and HTML (RFC 5322, 2045 to 2047). @param raw one character a byte */
export function readMail(raw: string): ReadMail {
  const whole = partOf(raw)
  const boundary = /boundary="([^"]+)"/.exec(whole.headers['content-type'] ?? '')?.[1]
  const parts =
    boundary === undefined ? [whole] : whole.body.split(`--${boundary}`).map((part) => partOf(part.trimStart()))
  const bodyAs = (type: string): string => {
    const part = parts.find(({ headers }) => headers['content-type']?.startsWith(type) === true)
    return part === undefined ? '' : decodedBody(part)
  }
  return { headers: whole.headers, text: bodyAs('text/plain'), html: bodyAs('text/html') }
}

type Part = { readonly headers: Readonly<Record<string, string>>; readonly body: string }

function partOf(raw: string): Part {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(line) ?? []
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] = decodedWords(value)
  }
  return { headers, body: rest.join('\r\n\r\n') }
}

const decodedWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      (/b/i.test(kind) ? Buffer.from(text, 'base64') : quoted(text.replaceAll('_', ' '))).toString('utf8'),
    )

function decodedBody({ headers, body }: Part): string {
  const coded = headers['content-transfer-encoding']
  const bytes =
    coded === 'base64'
      ? Buffer.from(body, 'base64')
      : coded === 'quoted-printable'
        ? quoted(body.replace(/=\r\n/g, ''))
        : Buffer.from(body, 'latin1')
  return bytes.toString('utf8').replaceAll('\r\n', '\n').trimEnd()
}

const quoted = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
