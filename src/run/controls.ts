import type { Clock } from '../core/clock.ts'
import type { ControlsState } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import type { Look, Platform } from '../core/platform.ts'
import type { Glance } from './looker.ts'
import type { Aside } from './queue.ts'

/** One platform's controls, by look and home. */
export type Controls = {
  /** For each look, when its controls at that home were last asked and answered right; live, for the policy. */
  rightAt(home: string): Readonly<Record<string, number>>
  /** Asks the look's controls at that home unless they have answered right since then or are being asked. */
  ensure(look: Look, home: string, since: number): void
  /** Whether the look's newest controls there answered wrongly: nothing it says counts until they are right again. */
  failed(look: Look, home: string): boolean
  states(): readonly ControlsState[]
  /** Takes up what was wrong before a reload: it stays so until it is seen to be right. */
  restore(before: readonly ControlsState[]): void
  stop(): void
}

type Home = { readonly rightAt: Record<string, number>; readonly rounds: Map<string, Round> }
type Round = { askedAt: number; state: ControlsState; underWay: boolean; again: (() => void) | null }

/** Wrong controls are asked again after this, in the clock's ms, until they are right. */
const AGAIN = 15_000
/** Unclear ones are asked again when a doubt still needs them, but not sooner. */
const UNCLEAR_PAUSE = 2_000

/**
 * The accounts that must exist and the name that cannot, by each look, at each home of accounts. They are asked when a
 * doubt needs them, and go on being asked while they are wrong, since nothing at that home moves until then.
 */
export function createControls(parts: {
  readonly platform: Platform
  readonly clock: Clock
  readonly log: Log
  readonly meters: Meters
  readonly aside: (aside: Aside) => void
}): Controls {
  const { platform, clock, log, meters } = parts
  const homes = new Map<string, Home>()
  let isStopped = false

  function at(home: string): Home {
    const known = homes.get(home)
    if (known !== undefined) return known
    const fresh: Home = { rightAt: {}, rounds: new Map() }
    homes.set(home, fresh)
    return fresh
  }

  function ensure(look: Look, home: string, since: number): void {
    const { rightAt, rounds } = at(home)
    const round = rounds.get(look.name)
    if (round?.underWay === true || (rightAt[look.name] ?? -Infinity) >= since) return
    if (round?.state.verdict !== 'right' && clock.now() - (round?.askedAt ?? -Infinity) < UNCLEAR_PAUSE) return
    round?.again?.()
    ask(look, home)
  }

  function ask(look: Look, home: string): void {
    const { known, nobody } = platform.controls
    const handles = [...known.filter((handle) => platform.homeOf(handle) === home), nobody(home)]
    const asked = handles.map((handle) => ({ handle, id: null }))
    const { rounds } = at(home)
    const before = rounds.get(look.name)?.state ?? unseen(look, home)
    rounds.set(look.name, { askedAt: clock.now(), state: before, underWay: true, again: null })
    parts.aside({ look, asked, done: (glances) => take(look, home, handles, glances) })
  }

  function take(look: Look, home: string, handles: readonly string[], glances: readonly Glance[]): void {
    if (isStopped) return
    const { rightAt, rounds } = at(home)
    const verdict = judge(look, handles, glances)
    const askedAt = glances[0]?.askedAt ?? clock.now()
    const state: ControlsState = { look: look.name, home, verdict: verdict.kind, askedAt, detail: verdict.detail }
    if (verdict.kind === 'right') rightAt[look.name] = askedAt
    if (verdict.kind !== 'unseen') meters.controls(platform.id, verdict.kind === 'right')
    if (verdict.kind === 'wrong')
      log.warn('controls_failed', { platform: platform.id, look: look.name, home, detail: verdict.detail })
    // Unclear controls leave an earlier wrong one standing: only a right answer brings sight back.
    const wrong = rounds.get(look.name)?.state.verdict === 'wrong' && verdict.kind === 'unseen'
    const standing = wrong ? (rounds.get(look.name)?.state ?? state) : state
    const again = standing.verdict === 'wrong' ? clock.after(AGAIN, () => ask(look, home)) : null
    rounds.set(look.name, { askedAt, state: standing, underWay: false, again })
  }

  return {
    ensure,
    rightAt: (home) => at(home).rightAt,
    failed: (look, home) => homes.get(home)?.rounds.get(look.name)?.state.verdict === 'wrong',
    states: () => {
      const asked = [...homes.values()].flatMap(({ rounds }) => [...rounds.values()].map(({ state }) => state))
      const silent = platform.looks.filter(({ name }) => asked.every(({ look }) => look !== name))
      return [...asked, ...silent.map((look) => unseen(look, ''))]
    },
    restore(before) {
      for (const state of before) {
        const look = platform.looks.find(({ name }) => name === state.look)
        if (look === undefined || state.verdict !== 'wrong') continue
        at(state.home).rounds.set(look.name, { askedAt: state.askedAt ?? 0, state, underWay: false, again: null })
        ask(look, state.home)
      }
    },
    stop() {
      isStopped = true
      for (const { rounds } of homes.values()) for (const round of rounds.values()) round.again?.()
    },
  }
}

const unseen = (look: Look, home: string): ControlsState => ({
  look: look.name,
  home,
  verdict: 'unseen',
  askedAt: null,
  detail: null,
})

/** The last glance is the name that cannot exist. One known account may really be gone; all of them cannot. */
function judge(
  look: Look,
  handles: readonly string[],
  glances: readonly Glance[],
): { kind: ControlsState['verdict']; detail: string | null } {
  const known = glances.slice(0, -1).map(({ verdict }) => verdict.kind)
  const nobody = glances.at(-1)?.verdict.kind
  if (nobody === 'present') return { kind: 'wrong', detail: 'a name that cannot exist answers as present' }
  if (known.length > 0 && known.every((kind) => kind === 'absent')) {
    return { kind: 'wrong', detail: `who is known to exist answers as absent (${handles.slice(0, -1).join(', ')})` }
  }
  // A look that never says "absent" cannot say it of nobody either: that it does not see one is all it can.
  const isNobody = nobody === 'absent' || (look.says.length === 0 && nobody !== undefined)
  const right = isNobody && (known.length === 0 ? nobody === 'absent' : known.includes('present'))
  return right ? { kind: 'right', detail: null } : { kind: 'unseen', detail: 'the controls gave no clear answer' }
}
