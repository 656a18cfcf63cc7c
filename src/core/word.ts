import type { AbsentAnswer } from './outage.ts'
import type { Sighting } from './sighting.ts'
import { isTakeover, type Absent, type Identity, type Reason } from './verdict.ts'

/**
 * The newest conclusive word of one look since the doubt began. `since` is when the first of its absences in a row was
 * answered and `count` how many they are. `now` is whom it found there instead, `marker` what in its answer decided.
 */
export type Word = Gone | { readonly says: 'present'; readonly saidAbsent: boolean }

type Gone = {
  readonly says: 'absent'
  readonly because: readonly Reason[]
  readonly since: number
  readonly count: number
  readonly now?: Identity
  readonly marker?: string
}

/** By look name; looks that said nothing conclusive since the doubt began are not in it. */
export type Words = Readonly<Record<string, Word>>

/** The words after one more absence. */
export function saysAbsent(words: Words, { look, answeredAt, evidence }: Sighting, { because, now }: Absent): Words {
  const before = words[look]
  const { since, count } = before?.says === 'absent' ? before : { since: answeredAt, count: 0 }
  const marker = evidence?.marker?.slice(0, LONGEST_MARKER)
  const gone: Gone = {
    says: 'absent',
    because,
    since,
    count: count + 1,
    ...(now && { now }),
    ...(marker && { marker }),
  }
  return { ...words, [look]: gone }
}

const LONGEST_MARKER = 300

/** Who says absent, and by what in their newest answers. */
export const answersIn = (words: Words): readonly AbsentAnswer[] =>
  Object.entries(words).flatMap(([look, word]) =>
    word.says === 'absent' ? [{ look, marker: word.marker ?? null }] : [],
  )

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
