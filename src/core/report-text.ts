import type { Cell, Report, Section } from './report.ts'
import { cleanName } from './words.ts'

/** Names, notes and errors are other people's text: one line of it, nothing that steers a terminal, and not a book. */
const plain = (text: string): string => cleanName(text, 500)

/**
 * Text that means nothing in Markdown (CommonMark with GitHub's tables and bare links), as readable as may be where it
 * is not rendered: only what could be markup is escaped.
 */
const markdownText = (text: string): string =>
  plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]{}|~#!$]/g, '\\$&')
    // An address in a name must not become a link, nor a name in it a mention.
    .replaceAll(/:(?=\/\/)|@|(?<=www)\./gi, (mark) => `&#${mark.charCodeAt(0)};`)
    .replaceAll(/\b(mailto|xmpp):/gi, '$1&#58;')

// Inside `<…>` only these three and spaces could end the link.
const markdownCell = (cell: Cell): string =>
  typeof cell === 'string' ? markdownText(cell) : `<${cell.url.replaceAll(/[<>|\s]/g, encodeURIComponent)}>`

/** As Markdown, for where people paste it. */
export const markdownOf = ({ title, sections }: Report): string =>
  [`# ${markdownText(title)}`, ...sections.map(markdownSection)].join('\n\n') + '\n'

function markdownSection({ title, head, rows, lines }: Section): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map(markdownCell).join(' | ')} |`
  const table =
    rows.length === 0 ? [] : [[line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')]
  return [...(title === '' ? [] : [`## ${markdownText(title)}`]), ...table, ...lines.map(markdownText)].join('\n\n')
}

/** As plain text for a terminal: columns aligned, nothing that steers it. */
export const terminalOf = ({ title, sections }: Report): string =>
  [plain(title), ...sections.map(terminalSection)].join('\n\n') + '\n'

function terminalSection({ title, rows, lines }: Section): string {
  const cells = rows.map((row) => row.map((cell) => plain(typeof cell === 'string' ? cell : cell.url)))
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ''))))
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell))).join('  ')}`.trimEnd()
  const body = [...cells.map(line), ...lines.map((text) => `  ${plain(text)}`)]
  return (title === '' ? body : [plain(title), ...body]).join('\n')
}

const widthOf = (text: string): number => Array.from(text).length
