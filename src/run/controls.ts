import type { Clock } from '../core/clock.ts'
import type { ControlsState } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import type { Look, Platform } from '../core/platform.ts'
import type { Glance } from './looker.ts'
import type { Aside } from './queue.ts'

export type Controls = {
  /** For each look, when its controls were last asked and answered right; live, for the policy. */
  readonly rightAt: Readonly<Record<string, number>>
  /** Asks the look's controls unless they have answered right since then or are being asked. */
  ensure(look: Look, since: number): void
  /** Whether the look's newest controls answered wrongly: nothing it says counts until they are right again. */
  failed(look: Look): boolean
  states(): readonly ControlsState[]
  stop(): void
}

type Round = { askedAt: number; state: ControlsState; underWay: boolean; again: (() => void) | null }

/** Wrong controls are asked again after this, in the clock's ms, until they are right. */
const AGAIN = 15_000
/** Unclear ones are asked again when a doubt still needs them, but not sooner. */
const UNCLEAR_PAUSE = 2_000

/**
 * The accounts that must exist and the name that cannot, by each look. They are asked when a doubt needs them, and go
 * on being asked while they are wrong, since nothing on the platform moves until then.
 */
export function createControls(parts: {
  readonly platform: Platform
  readonly clock: Clock
  readonly log: Log
  readonly meters: Meters
  readonly aside: (aside: Aside) => void
}): Controls {
  const { platform, clock, log, meters } = parts
  const rightAt: Record<string, number> = {}
  const rounds = new Map<string, Round>()
  let isStopped = false

  function ensure(look: Look, since: number): void {
    const round = rounds.get(look.name)
    if (round?.underWay === true || (rightAt[look.name] ?? -Infinity) >= since) return
    if (round?.state.verdict !== 'right' && clock.now() - (round?.askedAt ?? -Infinity) < UNCLEAR_PAUSE) return
    round?.again?.()
    ask(look)
  }

  function ask(look: Look): void {
    const handles = [...platform.controls.known, platform.controls.nobody()]
    const asked = handles.map((handle) => ({ handle, id: null }))
    const before = rounds.get(look.name)?.state ?? unseen(look)
    rounds.set(look.name, { askedAt: clock.now(), state: before, underWay: true, again: null })
    parts.aside({ look, asked, done: (glances) => take(look, handles, glances) })
  }

  function take(look: Look, handles: readonly string[], glances: readonly Glance[]): void {
    if (isStopped) return
    const verdict = judge(handles, glances)
    const askedAt = glances[0]?.askedAt ?? clock.now()
    const state: ControlsState = { look: look.name, verdict: verdict.kind, askedAt, detail: verdict.detail }
    if (verdict.kind === 'right') rightAt[look.name] = askedAt
    if (verdict.kind !== 'unseen') meters.controls(platform.id, verdict.kind === 'right')
    if (verdict.kind === 'wrong')
      log.warn('controls_failed', { platform: platform.id, look: look.name, detail: verdict.detail })
    // Unclear controls leave an earlier wrong one standing: only a right answer brings sight back.
    const wrong = rounds.get(look.name)?.state.verdict === 'wrong' && verdict.kind === 'unseen'
    const standing = wrong ? (rounds.get(look.name)?.state ?? state) : state
    const again = standing.verdict === 'wrong' ? clock.after(AGAIN, () => ask(look)) : null
    rounds.set(look.name, { askedAt, state: standing, underWay: false, again })
  }

  return {
    rightAt,
    ensure,
    failed: (look) => rounds.get(look.name)?.state.verdict === 'wrong',
    states: () => platform.looks.map((look) => rounds.get(look.name)?.state ?? unseen(look)),
    stop() {
      isStopped = true
      for (const round of rounds.values()) round.again?.()
    },
  }
}

const unseen = (look: Look): ControlsState => ({ look: look.name, verdict: 'unseen', askedAt: null, detail: null })

/** The last glance is the name that cannot exist. One known account may really be gone; all of them cannot. */
function judge(
  handles: readonly string[],
  glances: readonly Glance[],
): { kind: ControlsState['verdict']; detail: string | null } {
  const known = glances.slice(0, -1).map(({ verdict }) => verdict.kind)
  const nobody = glances.at(-1)?.verdict.kind
  if (nobody === 'present') return { kind: 'wrong', detail: 'a name that cannot exist answers as present' }
  if (known.length > 0 && known.every((kind) => kind === 'absent')) {
    return { kind: 'wrong', detail: `known to exist, but answers as absent: ${handles.slice(0, -1).join(', ')}` }
  }
  const right = nobody === 'absent' && (known.length === 0 || known.includes('present'))
  return right ? { kind: 'right', detail: null } : { kind: 'unseen', detail: 'the controls gave no clear answer' }
}
