import type { Player, Scenario, Trouble, Turn } from './scenario.ts'

/** How an account stands at some moment, and the handle it then has. */
export type Standing = {
  readonly player: Player
  readonly handle: string
  readonly state: 'here' | 'gone' | 'suspended'
}

/** The truth about one spell of absence: what a monitor should have noticed. `to` is null when it lasts beyond the end. */
export type Absence = { readonly account: string; readonly from: number; readonly to: number | null }

const sameHandle = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const turnsOf = (scenario: Scenario, { handle }: Player): readonly Turn[] =>
  scenario.timeline.filter(({ account }) => sameHandle(account, handle))

/** Everybody as they stand at `now`, epoch ms. A turn holds from its own moment on. */
export const standingsAt = (scenario: Scenario, now: number): readonly Standing[] =>
  scenario.accounts.map((player) =>
    standing(
      player,
      turnsOf(scenario, player).findLast(({ at }) => at <= now),
    ),
  )

function standing(player: Player, turn: Turn | undefined): Standing {
  const here = { player, handle: player.handle, state: 'here' } as const
  switch (turn?.does) {
    case undefined:
    case 'back':
      return here
    case 'gone':
      return { ...here, state: 'gone' }
    case 'suspend':
      return { ...here, state: 'suspended' }
    case 'rename':
      return { ...here, handle: turn.to }
  }
}

/** What ails the platform at `now`, or null when it answers. */
export const troubleAt = (scenario: Scenario, now: number): Trouble | null =>
  scenario.spells.find(({ from, to }) => from <= now && now < to) ?? null

/** Every absence there really was, by account and in order. */
export const absencesOf = (scenario: Scenario): readonly Absence[] =>
  scenario.accounts.flatMap((player) =>
    turnsOf(scenario, player).reduce<readonly Absence[]>((absences, turn) => {
      const open = absences.at(-1)
      const isOpen = open !== undefined && open.to === null
      if (turn.does === 'back') return isOpen ? [...absences.slice(0, -1), { ...open, to: turn.at }] : absences
      return isOpen ? absences : [...absences, { account: player.handle, from: turn.at, to: null }]
    }, []),
  )
