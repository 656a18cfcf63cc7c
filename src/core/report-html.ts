import { markupText } from './markup.ts'
import type { Cell, Report, Section } from './report.ts'

/** The page's only style. Whoever serves the page allows exactly this one, and nothing else on it. */
export const REPORT_STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}' +
  // Only what may be of any length is broken inside a word: titles, lines of text, and what stands last in a row.
  'h1,p,:is(th,td):last-child{overflow-wrap:anywhere}:is(th,td):last-child{min-width:10rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}' +
  'div{overflow-x:auto}table{border-collapse:collapse;width:100%}th{font-weight:600}' +
  'th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886}' +
  '@media print{body{margin:0;max-width:none}div{overflow:visible}}'

const escaped = (text: string): string => markupText(text, 500)

/** Names are isolated, so that no letter of theirs reorders ours. Only web addresses can be followed. */
function cellHtml(cell: Cell): string {
  if (typeof cell === 'string') return `<bdi>${escaped(cell)}</bdi>`
  const url = URL.parse(cell.url)
  if (url === null || !/^https?:$/.test(url.protocol)) return `<bdi>${escaped(cell.url)}</bdi>`
  return `<a href="${escaped(url.href)}" rel="noreferrer nofollow">${escaped(url.href)}</a>`
}

/** A page of its own: it loads nothing, runs nothing, and can be mailed, printed or archived. */
export const htmlOf = ({ title, sections }: Report): string =>
  [
    '<!doctype html>',
    '<html lang="en" data-rollcall="report">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${REPORT_STYLE}</style></head>`,
    `<body><h1>${escaped(title)}</h1>`,
    ...sections.map(sectionHtml),
    '</body></html>',
    '',
  ].join('\n')

function sectionHtml({ title, head, rows, lines }: Section): string {
  const named = head.some((one) => one !== '')
  const row = ([first = '', ...rest]: readonly Cell[]): string =>
    `<tr><th scope="row">${cellHtml(first)}</th>${rest.map((cell) => `<td>${cellHtml(cell)}</td>`).join('')}</tr>`
  const top = named
    ? `<thead><tr>${head.map((one) => `<th scope="col">${escaped(one)}</th>`).join('')}</tr></thead>`
    : ''
  return [
    ...(title === '' ? [] : [`<h2>${escaped(title)}</h2>`]),
    ...(rows.length === 0 ? [] : [`<div><table>${top}<tbody>${rows.map(row).join('\n')}</tbody></table></div>`]),
    ...lines.map((line) => `<p>${escaped(line)}</p>`),
  ].join('\n')
}
