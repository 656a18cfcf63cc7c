import type { Notice } from './notice.ts'
import { name, whoWords, type Line, type Piece } from './piece.ts'
import type { Evidence } from './sighting.ts'
import { scopeName, type PlatformChange, type Scope, type SightChange } from './transition.ts'
import { causeWords, cleanName, countWords, spanWords } from './words.ts'

/** UTF-16 units of a list: a thousand addresses, and still a mail. Channels with less room cut where theirs ends. */
const LONGEST_LIST = 40_000

/** What happened to our sight, in one line. */
export function sightNews({ name: change, scope, since, because, at, partOf }: SightChange, notice: Notice): string {
  const what = scope.kind === 'account' ? whoWords(notice, scope.account) : scopeWords(scope)
  if (partOf !== undefined) return `Cannot see ${scopeWords(partOf)}, ${what} among it`
  if (scope.kind === 'look') {
    return change === 'sight.lost'
      ? `We cannot read ${what} any more: the page or the interface has changed`
      : `We can read ${what} again after ${spanWords(at - since)}`
  }
  return change === 'sight.lost'
    ? `Cannot see ${what}: ${causeWords(because)}`
    : `Can see ${what} again after ${spanWords(at - since)}`
}

const scopeWords = (scope: Scope): string => (scope.kind === 'everything' ? 'any platform' : scopeName(scope))

/** What happened to our sight, as facts. */
export function sightLines(change: SightChange): readonly Line[] {
  const { name: news, scope, since, because, at, evidence, replaces = [], partOf } = change
  const what: Line = { label: 'What', pieces: [scopePiece(scope)] }
  if (partOf !== undefined)
    return [what, { label: 'Last seen', pieces: [{ at: since }] }, { label: 'Part of', pieces: [scopePiece(partOf)] }]
  return news === 'sight.lost'
    ? [
        what,
        { label: 'Cause', pieces: [causeWords(because)] },
        { label: 'Last seen', pieces: [{ at: since }] },
        ...evidenceLines(evidence ?? null),
        { label: 'Meaning', pieces: [MEANINGS[scope.kind === 'look' ? 'look' : 'sight']] },
        ...listLines(
          'Told before',
          replaces.map((one) => scopeName(one.scope)),
        ),
      ]
    : [what, { label: 'Blind', pieces: ['from ', { at: since }, ' to ', { at }, `, ${spanWords(at - since)}`] }]
}

const scopePiece = (scope: Scope): Piece =>
  scope.kind === 'platform' || scope.kind === 'everything' ? scopeWords(scope) : name(scopeName(scope))

const MEANINGS = {
  sight: 'we cannot say who is there; no outage is opened or closed meanwhile',
  look: 'our reading is at fault, not the accounts; this look counts for nothing until it is mended',
}

/** What the newest answer looked like; its text is the platform's, and as harmless as any name. */
function evidenceLines(evidence: Evidence | null): readonly Line[] {
  if (evidence === null) return []
  const { status, headers, marker, excerpt, digest } = evidence
  const type = headers['content-type']
  const facts = [
    ...(status === null ? [] : [`status ${status}`]),
    ...(type === undefined ? [] : [type]),
    ...(marker === null ? [] : [marker]),
    ...(digest === null ? [] : [`SHA-256 ${digest.slice(0, 16)}`]),
  ].join(', ')
  return [
    { label: 'Answer', pieces: [name(facts, 200)] },
    ...(excerpt === null || excerpt.trim() === '' ? [] : [{ label: 'It begins', pieces: [name(excerpt, 120)] }]),
  ]
}

/** A storm's beginning or end, in one line. */
export function platformNews(change: PlatformChange): string {
  const { name: news, platform, accounts, gone, since, at } = change
  const still = stillWords(gone?.length ?? 0)
  const [isOne, fallen] = [accounts.length === 1, countWords(accounts.length, 'account')]
  const were = `${fallen} ${isOne ? 'was' : 'were'} gone`
  if (news === 'platform.settled') return `${platform} has settled after ${spanWords(at - since)}: ${were}${still}`
  return gone === undefined || gone.length === accounts.length
    ? `${platform} is troubled: ${fallen} ${isOne ? 'is' : 'are'} gone at once`
    : `${platform} is troubled: ${were} at once${still}`
}

const stillWords = (count: number): string => (count === 0 ? '' : `, ${count} still ${count === 1 ? 'is' : 'are'}`)

/** Who is still gone comes before who is back: where there is not room for all, the end of it is missing. */
export function platformLines({ name: change, platform, accounts, gone, since, at }: PlatformChange): readonly Line[] {
  const time: readonly Piece[] =
    change === 'platform.troubled' ? ['since ', { at: since }] : ['from ', { at: since }, ' to ', { at }]
  return [
    { label: 'Platform', pieces: [platform] },
    { label: 'When', pieces: time },
    ...(gone === undefined ? listLines('Accounts', accounts) : partedLines(accounts, new Set(gone))),
  ]
}

const partedLines = (accounts: readonly string[], gone: ReadonlySet<string>): readonly Line[] => [
  ...listLines(
    'Still gone',
    accounts.filter((account) => gone.has(account)),
  ),
  ...listLines(
    'Back',
    accounts.filter((account) => !gone.has(account)),
  ),
]

const listLines = (label: string, accounts: readonly string[]): readonly Line[] =>
  accounts.length === 0 ? [] : [{ label, pieces: [`${accounts.length}: `, ...list(accounts)] }]

function list(accounts: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = []
  let room = LONGEST_LIST
  for (const [index, account] of accounts.entries()) {
    const called = cleanName(account, 80)
    room -= called.length + 2
    if (room < 0) return [...pieces, ` and ${accounts.length - index} more`]
    pieces.push(...(index === 0 ? [] : [', ']), { name: called })
  }
  return pieces
}
