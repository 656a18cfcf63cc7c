import type { Sighting } from './sighting.ts'
import type { Absent, Reason } from './verdict.ts'

/**
 * The newest conclusive word of one look since the doubt began. `since` is when the first of its absences in a row was
 * answered, `at` when its present was.
 */
export type Word =
  | { readonly says: 'absent'; readonly because: readonly Reason[]; readonly since: number }
  | { readonly says: 'present'; readonly saidAbsent: boolean; readonly at: number }

export type Words = Readonly<Record<string, Word>>

/** The words after one more absence. */
export function saysAbsent(words: Words, { look, answeredAt }: Sighting, { because }: Absent): Words {
  const before = words[look]
  return { ...words, [look]: { says: 'absent', because, since: before?.says === 'absent' ? before.since : answeredAt } }
}

/** The sets of reasons of the looks that say absent. */
export const absentSets = (words: Words): (readonly Reason[])[] =>
  Object.values(words).flatMap((word) => (word.says === 'absent' ? [word.because] : []))

/** The looks that say present, by name. */
export const disputing = (words: Words): readonly string[] =>
  Object.keys(words)
    .filter((look) => words[look]?.says === 'present')
    .sort()
