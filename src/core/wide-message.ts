import type { Notice } from './notice.ts'
import { name, whoWords, type Line, type Piece } from './piece.ts'
import type { Evidence } from './sighting.ts'
import { scopeName, type PlatformChange, type Scope, type SightChange } from './transition.ts'
import { causeWords, spanWords } from './words.ts'

const MOST_LISTED = 20

/** What happened to our sight, in one line. */
export function sightNews({ name: change, scope, since, because, at }: SightChange, notice: Notice): string {
  const what = scope.kind === 'account' ? whoWords(notice, scope.account) : scopeWords(scope)
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

export function sightLines({ name: change, scope, since, because, at, evidence }: SightChange): readonly Line[] {
  const what: Line = { label: 'What', pieces: scope.kind === 'account' ? [name(scope.account)] : [scopeWords(scope)] }
  return change === 'sight.lost'
    ? [
        what,
        { label: 'Cause', pieces: [causeWords(because)] },
        { label: 'Last seen', pieces: [{ at: since }] },
        ...evidenceLines(evidence ?? null),
        { label: 'Meaning', pieces: [MEANINGS[scope.kind === 'look' ? 'look' : 'sight']] },
      ]
    : [what, { label: 'Blind', pieces: ['from ', { at: since }, ' to ', { at }, `, ${spanWords(at - since)}`] }]
}

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
export function platformNews({ name: change, platform, accounts, gone, since, at }: PlatformChange): string {
  if (change === 'platform.troubled') return `${platform} is troubled: ${accounts.length} accounts are gone at once`
  const still =
    gone === undefined || gone.length === 0 ? '' : `, ${gone.length} still ${gone.length === 1 ? 'is' : 'are'}`
  return `${platform} has settled after ${spanWords(at - since)}: ${accounts.length} accounts were gone${still}`
}

export function platformLines({ name: change, platform, accounts, gone, since, at }: PlatformChange): readonly Line[] {
  const time: readonly Piece[] =
    change === 'platform.troubled' ? ['since ', { at: since }] : ['from ', { at: since }, ' to ', { at }]
  return [
    { label: 'Platform', pieces: [platform] },
    { label: 'When', pieces: time },
    ...(gone === undefined || gone.length === 0 ? [] : [{ label: 'Still gone', pieces: list(gone) }]),
    { label: 'Accounts', pieces: list(accounts) },
  ]
}

function list(accounts: readonly string[]): readonly Piece[] {
  const listed = accounts
    .slice(0, MOST_LISTED)
    .flatMap((account, index): Piece[] => [...(index === 0 ? [] : [', ']), name(account, 80)])
  const more = accounts.length - MOST_LISTED
  return more > 0 ? [...listed, ` and ${more} more`] : listed
}
