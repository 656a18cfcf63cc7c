import type { Group, Groups } from './groups.ts'
import { GROUPS } from './groups.ts'

/** What people call the groups. */
export const TITLES: Readonly<Record<Group, string>> = {
  down: 'Down',
  doubted: 'In doubt',
  blind: 'Cannot see',
  up: 'Up',
  unknown: 'Not seen yet',
}

type Props = {
  readonly groups: Groups
  readonly only: Group | null
  readonly choose: (group: Group | null) => void
}

/** The one sentence that can be read from across the room, and how many stand where. */
export function Summary({ groups, only, choose }: Props) {
  return (
    <section class="summary" aria-label="Summary">
      <p class={`headline ${moodOf(groups)}`}>{headlineOf(groups)}</p>
      <ul class="tallies" aria-label="Show only">
        {GROUPS.filter((group) => group !== 'unknown' || groups.unknown.total > 0).map((group) => (
          <li key={group}>
            <button
              type="button"
              class={`tally ${group} ${groups[group].total === 0 ? 'none' : ''}`}
              aria-pressed={only === group}
              onClick={() => choose(only === group ? null : group)}
            >
              <span class="count num">{groups[group].total.toLocaleString('en')}</span>
              <span class="what">{TITLES[group]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const moodOf = ({ down, doubted, blind }: Groups): string =>
  down.total > 0 ? 'down' : doubted.total > 0 ? 'doubted' : blind.total > 0 ? 'blind' : 'up'

function headlineOf({ down, doubted, blind, up, unknown }: Groups): string {
  if (down.total > 0) return down.total === 1 ? '1 account is down' : `${many(down.total)} accounts are down`
  if (doubted.total > 0)
    return doubted.total === 1 ? '1 account is in doubt' : `${many(doubted.total)} accounts are in doubt`
  if (blind.total > 0)
    return blind.total === 1 ? 'One account is out of sight' : `${many(blind.total)} accounts are out of sight`
  if (unknown.total > 0) return up.total === 0 ? 'Taking the first look' : 'Everyone seen so far is up'
  return up.total === 1 ? 'The account is up' : `All ${many(up.total)} accounts are up`
}

const many = (count: number): string => count.toLocaleString('en')
