import PostalMime, { decodeWords } from 'postal-mime'

/** A mail as a mail program shows it. Header names are lower case. */
export type ReadMail = {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly html: string
}

export async function readMail(raw: Buffer): Promise<ReadMail> {
  const { headers, text = '', html = '' } = await PostalMime.parse(raw)
  return {
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, decodeWords(value)])),
    text: text.trimEnd(),
    html: html.trimEnd(),
  }
}
