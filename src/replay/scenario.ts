import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { openYaml, ScenarioError } from './scenario-file.ts'
import { Shape, type Written } from './scenario-shape.ts'

export { ScenarioError } from './scenario-file.ts'

/** Who exists in a scenario, as they are at its start. */
export type Player = {
  readonly handle: string
  readonly id: string
  readonly name: string
  readonly followers: number
  readonly important: boolean
  readonly tags: readonly string[]
  readonly schedule: string | null
  /** Whether the replay watches it; the others only exist. */
  readonly watched: boolean
}

type Remarks = { readonly note: string | null; readonly invented: string | null }

/** What happens to an account; `at` epoch ms. */
export type Turn = Remarks & { readonly at: number; readonly account: string } & Deed
/** What a turn does to an account. */
export type Deed =
  | { readonly does: 'gone' }
  | { readonly does: 'suspend' }
  | { readonly does: 'back' }
  | { readonly does: 'rename'; readonly to: string }

/** When the platform itself does not answer; epoch ms, `to` is the first moment after. */
export type Trouble = Remarks & { readonly from: number; readonly to: number } & Ailment
/** How the platform refuses to answer. */
export type Ailment =
  | { readonly does: 'rate-limited'; readonly says: 'reset' | 'retry-after' }
  | { readonly does: 'login-wall'; readonly as: 'redirect' | 'page' }

/** An evening on X. Format and meaning: the head of config/scenarios/2017-11-02.yaml. */
export type Scenario = {
  /** The file's name without its ending. */
  readonly id: string
  readonly title: string
  readonly start: number
  readonly end: number
  readonly facts: string
  readonly invented: string
  readonly control: string
  readonly accounts: readonly Player[]
  readonly timeline: readonly Turn[]
  readonly spells: readonly Trouble[]
}

/**
 * Reads a scenario file.
 * @throws {ScenarioError} with every fault at once, each as `file:line:column path: what was expected, what was found`
 */
export function loadScenario(file: string): Scenario {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ScenarioError([`${file}: expected a scenario file, found none that can be read`], { cause })
  }
  return parseScenario(text, file)
}

/** @throws {ScenarioError} as `loadScenario` */
export function parseScenario(text: string, file: string): Scenario {
  const yaml = openYaml(text, file)
  const shape = Shape.safeParse(yaml.value)
  if (!shape.success) throw new ScenarioError(yaml.faultsOf(shape.error.issues))
  const scenario = scenarioOf(shape.data, basename(file, extname(file)))
  const faults = contradictions(scenario).map(([path, message]) => yaml.fault(path, message))
  if (faults.length > 0) throw new ScenarioError(faults)
  return scenario
}

const DAY = 24 * 60 * 60_000

/** `22:52:03` is the first such moment at or after the start. */
function momentOf(start: number, time: string): number {
  const at = Math.floor(start / DAY) * DAY + Date.parse(`1970-01-01T${time}Z`)
  return at < start ? at + DAY : at
}

function scenarioOf(written: Written, id: string): Scenario {
  const at = (time: string): number => momentOf(written.start, time)
  return {
    ...written,
    id,
    accounts: written.accounts.map(({ schedule = null, ...player }) => ({ ...player, schedule })),
    timeline: written.timeline.map((turn) => ({
      at: at(turn.at),
      account: turn.account,
      ...remarksOf(turn),
      ...(turn.do === 'rename' ? { does: turn.do, to: turn.to } : { does: turn.do }),
    })),
    spells: written.spells.map((spell) => ({
      from: at(spell.from),
      to: at(spell.to),
      ...remarksOf(spell),
      ...(spell.do === 'rate-limited' ? { does: spell.do, says: spell.says } : { does: spell.do, as: spell.as }),
    })),
  }
}

const remarksOf = ({ note, invented }: Written['spells' | 'timeline'][number]): Remarks => ({
  note: note ?? null,
  invented: invented ?? null,
})

type Path = readonly (string | number)[]
type Contradiction = readonly [path: Path, message: string]

const unless = (isRight: boolean, path: Path, message: string): readonly Contradiction[] =>
  isRight ? [] : [[path, message]]

/** What each field alone cannot show. */
function contradictions(scenario: Scenario): readonly Contradiction[] {
  const { start, end, accounts, timeline, spells, control } = scenario
  const handles = accounts.map(({ handle }) => handle.toLowerCase())
  const ids = accounts.map(({ id }) => id)
  const known = (name: string): boolean => handles.includes(name.toLowerCase())
  const within = (at: number): boolean => at >= start && at < end
  return [
    ...unless(end > start && end - start <= DAY, ['end'], 'expected a time after the start and within a day'),
    ...unless(known(control), ['control'], NOBODY),
    ...accounts.flatMap((_, at) => [
      ...unless(isFirst(handles, at), ['accounts', at, 'handle'], TWICE),
      ...unless(isFirst(ids, at), ['accounts', at, 'id'], TWICE),
    ]),
    ...timeline.flatMap((turn, at) => [
      ...unless(known(turn.account), ['timeline', at, 'account'], NOBODY),
      ...unless(within(turn.at), ['timeline', at, 'at'], OUTSIDE),
      ...unless(turn.at >= (timeline[at - 1]?.at ?? -Infinity), ['timeline', at, 'at'], 'expected times in order'),
    ]),
    ...spells.flatMap(({ from, to }, at) => [
      ...unless(within(from), ['spells', at, 'from'], OUTSIDE),
      ...unless(to > from && to <= end, ['spells', at, 'to'], 'expected a time after `from`, before the end'),
    ]),
  ]
}

/** Whether what stands there does not stand before it, too. */
const isFirst = (all: readonly string[], at: number): boolean => all.indexOf(all[at] ?? '') === at

const NOBODY = 'expected the handle of one of the accounts'
const TWICE = 'expected each only once, found it again'
const OUTSIDE = 'expected a time between start and end'
