const MORE = '…'

/**
 * As many whole parts as fit, one after the other; `…` stands for what was left out. Parts are never cut, since half a
 * tag or half a code span would change how the rest reads.
 *
 * @param max in what `size` counts; UTF-16 units unless told
 */
export function fitted(parts: readonly string[], max: number, size = (text: string): number => text.length): string {
  let text = ''
  let used = size(MORE)
  for (const part of parts) {
    used += size(part)
    if (used > max) return `${text}${MORE}`
    text += part
  }
  return text
}

export const bytes = (text: string): number => Buffer.byteLength(text)
