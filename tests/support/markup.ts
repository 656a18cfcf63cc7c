/**
 * The elements of a document in the order they begin, and its text; throws where it is not well formed. It knows the part
 * of XML that we write: no comments, no CDATA, no references but the predefined and numeric ones.
 */
export function readMarkup(document: string): { readonly elements: readonly string[]; readonly text: string } {
  const elements: string[] = []
  const open: string[] = []
  let text = ''
  const parts = document.replace(/^<\?xml [^<>]*\?>\s*/, '').matchAll(/<[^<>]*>|[^<]+|</g)
  for (const [part] of parts) {
    const [, end, name = '', empty] =
      /^<(\/?)([A-Za-z]+)(?: [A-Za-z:-]+="(?:[^<>&"]|&(?:amp|lt|gt|quot|#39);)*")*(\/?)>$/.exec(part) ?? []
    if (!part.startsWith('<')) {
      if (/&(?!(?:amp|lt|gt|quot|#39);)|[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(part))
        throw new Error(`no text: ${part}`)
      text += part
    } else if (name === '') throw new Error(`no tag: ${part}`)
    else if (end === '/') {
      if (open.pop() !== name) throw new Error(`${part} ends what did not begin`)
    } else {
      elements.push(name)
      if (empty !== '/') open.push(name)
    }
  }
  if (open.length > 0) throw new Error(`without an end: ${open.join()}`)
  return { elements, text }
}
