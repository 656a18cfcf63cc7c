import { short } from './pairs.ts'
import { isReached, type Amount, type Line } from './row.ts'

/** Widths in characters; a longer text pushes its line out rather than being cut. */
const WIDTHS = [11, 38, 14, 42, 16, 16, 0]

const aligned = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd()

export const heading = (): string => aligned(['row', 'what', 'measured', 'beside', 'figure', 'mark', 'reached'])

export function rowText(name: string, line: Line): string {
  const { what, subject, reference, figure, mark, note } = line
  const cells = [name, what, amount(subject), `${amount(reference)} ${reference.name}`, amount(figure)]
  const told = aligned([...cells, `${mark.is} ${short(mark.value)}`, isReached(line) ? 'yes' : 'NO'])
  return `${told}\n${aligned(['', note])}`
}

const amount = ({ value, unit }: Amount): string => `${short(value)} ${unit}`
