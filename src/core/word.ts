import type { Sighting } from './sighting.ts'
import { isTakeover, type Absent, type Identity, type Reason } from './verdict.ts'

/**
 * The newest conclusive word of one look since the doubt began. `since` is when the first of its absences in a row was
 * answered and `count` how many they are, `at` when its present was. `now` is whom it found there instead.
 */
export type Word = Gone | { readonly says: 'present'; readonly saidAbsent: boolean; readonly at: number }

type Gone = {
  readonly says: 'absent'
  readonly because: readonly Reason[]
  readonly since: number
  readonly count: number
  readonly now?: Identity
}

export type Words = Readonly<Record<string, Word>>

/** The words after one more absence. */
export function saysAbsent(words: Words, { look, answeredAt }: Sighting, { because, now }: Absent): Words {
  const before = words[look]
  const { since, count } = before?.says === 'absent' ? before : { since: answeredAt, count: 0 }
  return { ...words, [look]: { says: 'absent', because, since, count: count + 1, ...(now && { now }) } }
}

const absences = (words: Words): readonly Gone[] =>
  Object.values(words).flatMap((word) => (word.says === 'absent' ? [word] : []))

/**
 * Who stands there instead, as all looks together know it. A stranger on the handle comes before the account's own new
 * name: looks that each see one of the two take turns, and must not make news of it every time.
 */
export function instead(words: Words): Identity | null {
  const named = absences(words).filter(({ now }) => now !== undefined)
  return (named.find(({ because }) => isTakeover(because)) ?? named[0])?.now ?? null
}

/** The sets of reasons of the looks that say absent. */
export const absentSets = (words: Words): (readonly Reason[])[] => absences(words).map(({ because }) => because)

/** The looks that say present, by name. */
export const disputing = (words: Words): readonly string[] =>
  Object.keys(words)
    .filter((look) => words[look]?.says === 'present')
    .sort()
