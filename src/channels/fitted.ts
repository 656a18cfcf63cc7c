/** Stands for what was left out. */
const MORE = '…'

/**
 * As many whole parts as fit, one after the other. Parts are never cut, since half a tag or half a code span would
 * change how the rest reads.
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

/**
 * As much of one text as fits in `max` UTF-16 units once `dressed` (escaped, say), cut between characters and never
 * within an escape; what was cut ends with `…`.
 */
export function fit(text: string, max: number, dressed = (part: string): string => part): string {
  const whole = dressed(text)
  if (whole.length <= max) return whole
  let kept = ''
  for (const character of text) {
    const next = dressed(character)
    if (kept.length + next.length >= max) break
    kept += next
  }
  return `${kept}${MORE}`
}

/** A `size` for targets that count bytes of UTF-8. */
export const bytes = (text: string): number => Buffer.byteLength(text)
