import { markupText } from './markup.ts'
import { durationOf, isUnseen, type Outage } from './outage.ts'
import type { Watched } from './store.ts'
import { isTakeover } from './verdict.ts'
import { cleanName } from './words.ts'

/** How somebody stands, for a badge. `color` has a contrast of at least 4.5 to white. */
type State = { readonly words: string; readonly color: string }

/** An account's state as a small picture (SVG), at the instant `now` in epoch ms. It loads nothing and runs nothing. */
export function badgeOf(watched: Watched, now: number): string {
  const { account, name } = watched.account
  const who = cleanName(name, 32) || cleanName(account, 32)
  const state = stateOf(watched, now)
  const [left, right] = [widthOf(who) + 2 * PAD, widthOf(state.words) + 2 * PAD]
  const said = markupText(`${cleanName(name, 120)} (${cleanName(account, 120)}): ${state.words}`, 400)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${said}">`,
    `<title>${said}</title>`,
    `<rect width="${left + right}" height="20" rx="3" fill="${state.color}"/>`,
    `<path d="M3 0H${left}V20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#3c4048"/>`,
    `<g fill="#fff" font-family="Verdana,'DejaVu Sans',sans-serif" font-size="11" aria-hidden="true">`,
    `${word(who, PAD)}${word(state.words, left + PAD)}</g></svg>`,
    '',
  ].join('\n')
}

const PAD = 7

/** Drawn as wide as was reckoned, whichever font the reader has. */
const word = (text: string, x: number): string =>
  `<text x="${x}" y="14" unicode-bidi="isolate" textLength="${widthOf(text)}" lengthAdjust="spacingAndGlyphs">${markupText(text, 60)}</text>`

function stateOf({ belief, blind }: Watched, now: number): State {
  if (belief.kind === 'down') return goneSince(belief.outage, now)
  if (belief.kind === 'doubted') return { words: 'in doubt', color: '#7d4f00' }
  if (blind) return { words: 'cannot see', color: '#5a4a9c' }
  return belief.kind === 'up' ? { words: 'up', color: '#1c6b40' } : { words: 'not seen yet', color: '#565c66' }
}

function goneSince(outage: Outage, now: number): State {
  if (outage.retracted !== null) return { words: 'retracted', color: '#565c66' }
  const what = isTakeover(outage.because) ? 'taken over' : 'gone'
  const length = roughly(durationOf(outage, now).estimateMs)
  return { words: `${what} ${isUnseen(outage) ? 'over ' : ''}${length}`, color: '#b42318' }
}

/** `42 s`, `11 m`, `5 h`, `3 d`. */
function roughly(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_570) return `${Math.round(seconds / 60)} m`
  return seconds < 170_000 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** In px at 11 px, of Verdana and its like, which are the widest that are used for this. */
const widthOf = (text: string): number =>
  Math.ceil(Array.from(text, (letter) => WIDTHS.find(([fits]) => fits.test(letter))?.[1] ?? 7).reduce(sum, 0))

const sum = (one: number, other: number): number => one + other

const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/\p{M}/u, 0],
  [/[ijl'|]/, 3.1],
  [/[I.,:;!()[\] ftr]/, 4.3],
  [/[mwMW@%]/, 10.5],
  [/[A-Z]/, 7.7],
  // East Asian writing and pictures are as wide as they are high.
  [
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\uFF00-\uFF60]/u,
    11.5,
  ],
]
