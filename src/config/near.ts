/** Which of these was meant, or null when none is near enough to be worth a guess. */
export function nearest(word: string, among: readonly string[]): string | null {
  const reach = Math.max(1, Math.floor(word.length / 3))
  const ranked = among
    .map((candidate) => ({ candidate, steps: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ steps }) => steps <= reach)
    .sort((a, b) => a.steps - b.steps)
  return ranked[0]?.candidate ?? null
}

/** `; did you mean "x"?` or nothing. */
export function didYouMean(word: string, among: readonly string[]): string {
  const meant = nearest(word, among)
  return meant === null ? '' : `; did you mean "${meant}"?`
}

/** All platforms of our own have room; the thousand of a rule pack do not. */
const MOST_WORDS = 24

/** `one of a, b, c`; a long list is cut. */
export function oneOf(words: readonly string[]): string {
  if (words.length === 1) return words.join()
  return words.length > MOST_WORDS ? `one of ${words.slice(0, MOST_WORDS).join(', ')} …` : `one of ${words.join(', ')}`
}

/** Edits between two words, a swap of neighbours counting as one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    rows.push([i])
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const change = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      rows[i]?.push(Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, change, swap ? cell(i - 2, j - 2) + 1 : Infinity))
    }
  }
  return cell(a.length, b.length)
}
