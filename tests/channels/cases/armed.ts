/** What clients make of plain text: addresses, mentions, tags, commands, placeholders; and what reorders it. */
const ARMED = /:\/\/|@[\w{]|[\p{L}\p{N}]\.\p{L}|(?<![\p{L}\p{N}])[#$][\p{L}\p{N}{]|\{\{|[\u202A-\u202E\u2066-\u2069]/u

export const isArmed = (text: string): boolean => ARMED.test(text)

/** The same outside of code spans, our own links and times, and escaped signs; and any sign of Markdown there. */
export function isMarkdown(shown: string): boolean {
  const rest = shown
    .replace(/\\[\\`*_~|[\]$]|`[^`]*`/g, ' ')
    .replace(/\[(?:Outage|Profile)\]\(https?:[^()\s<>]*\)/g, '')
    .replace(/<t:\d+:[dT]>/g, '')
  return /[<>`*_~|[\]]/.test(rest) || isArmed(rest)
}

/** The same outside of `<code>`, our own links and bold labels; and any tag that is not balanced. */
export function isHtml(shown: string): boolean {
  const rest = shown
    .replace(/<code>[^<>]*<\/code>/g, '')
    .replace(/<a href="https?:[^"<>]*">(?:Outage|Profile)<\/a>/g, '')
    .replace(/<b>([^<>]*)<\/b>/g, '$1')
    .replaceAll('<br>', '\n')
  return /[<>"]|&(?!amp;|lt;|gt;|quot;)/.test(rest) || isArmed(rest)
}
