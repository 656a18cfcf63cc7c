import { formatBudget } from '../core/durations.ts'
import type { LookTerms, PlatformTerms } from '../core/platform.ts'
import { reasonName } from '../core/words.ts'
import { inkFor, type Out } from './terminal.ts'

/** Prints what each platform needs to be told, how it can be asked, what its answers tell and what they cannot. */
export function printPlatforms(kinds: readonly PlatformTerms[], out: Out): void {
  const ink = inkFor(out)
  for (const kind of kinds) {
    const rows: readonly (readonly [string, string])[] = [
      ['handles', kind.handleIs],
      ['needs', needsWords(kind)],
      ...kind.looks.map((look): readonly [string, string] => [look.name, lookWords(look, kind)]),
      ['besides', identityWords(kind)],
      ['budget', `${formatBudget(kind.defaults.budget)} unless the configuration says otherwise`],
      ['cannot', kind.cannot],
    ]
    out.write(`${ink.bold(kind.id)}  ${kind.title}\n`)
    for (const [label, text] of rows) if (text !== '') out.write(`  ${label.padEnd(WIDTH)}  ${text}\n`)
  }
}

const WIDTH = 10

/** The same as data. */
export const platformsJson = (kinds: readonly PlatformTerms[]) => ({
  platforms: kinds.map((kind) => ({
    platform: kind.id,
    title: kind.title,
    handles: kind.handleIs,
    needs: kind.needs,
    stableId: kind.stableId,
    namesLast: kind.namesLast,
    looks: kind.looks.map(({ name, words, takes, trust, says, needsId }) => ({
      look: name,
      words,
      takes,
      trust,
      tells: says,
      needsId,
      public: name === kind.publicLook,
    })),
    budget: kind.defaults.budget,
    controls: kind.defaults.controls.known,
    cannot: kind.cannot,
  })),
})

/** The table of platforms for the README, as Markdown. */
export const platformsTable = (kinds: readonly PlatformTerms[]): string => {
  const head = ['Platform', '"Gone" can be told apart', 'Trust', 'Needs', 'Accounts a request', 'Default budget']
  const rows = kinds.map((kind) => [
    `\`${kind.id}\``,
    tellsWords(kind),
    [...new Set(kind.looks.filter(speaks).map(({ trust }) => trust))].join(', ') || '-',
    needsWords(kind),
    [...new Set(kind.looks.map(({ takes }) => takes))].join('; '),
    formatBudget(kind.defaults.budget),
  ])
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const speaks = ({ says }: Pick<LookTerms, 'says'>): boolean => says.length > 0

/** Each set of reasons once; where an id tells that the owner of a name has moved, that is told beside it. */
function setWords(says: LookTerms['says'], { stableId }: PlatformTerms): string {
  const sets = says.map((set) =>
    set
      .filter((reason) => reason !== 'renamed' || stableId === null)
      .map(reasonName)
      .join(' or '),
  )
  return [...new Set(sets.filter((set) => set !== ''))].join('; ')
}

/** All that any look can tell, a set that leaves several reasons open as a set. */
function tellsWords(kind: PlatformTerms): string {
  const says = kind.looks.flatMap((look) => look.says).toSorted((one, other) => one.length - other.length)
  const told = setWords(says, kind)
  if (told === '') return 'nothing: it never says "gone"'
  return kind.stableId === null || kind.namesLast ? told : `${told}; renamed, taken over`
}

function lookWords({ words, takes, trust, says, needsId }: LookTerms, kind: PlatformTerms): string {
  const many = takes === 1 ? 'one account a request' : `${takes} accounts a request`
  const told = speaks({ says })
    ? `${trust} trust, tells ${setWords(says, kind)}`
    : 'tells who is there, never that somebody is gone'
  return `${words}: ${many}, ${told}${needsId ? '; once the id is known' : ''}`
}

function identityWords({ stableId, namesLast }: PlatformTerms): string {
  if (namesLast) return 'names are neither changed nor given to somebody else'
  return stableId === null ? '' : `renamed and taken over, by ${stableId}`
}

function needsWords(kind: PlatformTerms): string {
  const words = (required: boolean): string =>
    kind.needs
      .filter((need) => need.required === required)
      .map(({ name, secret }) => `\`${name}\`${secret && required ? ' (secret)' : ''}`)
      .join(', ')
  const [needed, taken] = [words(true), words(false)]
  return `${needed === '' ? 'nothing' : needed}${taken === '' ? '' : `; takes ${taken}`}`
}
