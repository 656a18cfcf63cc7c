import { durationOf, type Outage } from '../core/outage.ts'
import { durationWords, spanWords } from '../core/words.ts'
import type { Scenario } from './scenario.ts'
import { absencesOf, type Absence } from './world.ts'

/** What was told, compared with what really happened. */
export type Judgement = {
  /** One for each absence there was, and its outage if it was told. */
  readonly told: readonly { readonly absence: Absence; readonly outage: Outage | null; readonly boundsHold: boolean }[]
  /** Outages of accounts that were there all the time. */
  readonly invented: readonly Outage[]
}

/** @param until how far the scenario was played, epoch ms: nobody can tell what has not happened yet */
export function judge(scenario: Scenario, outages: readonly Outage[], until: number): Judgement {
  const watched = new Set(scenario.accounts.flatMap(({ handle, watched }) => (watched ? [handle] : [])))
  const absences = absencesOf(scenario)
    .filter(({ account, from }) => watched.has(account) && from < until)
    .map((absence) => ({ ...absence, to: absence.to !== null && absence.to < until ? absence.to : null }))
  const told = absences.map((absence) => {
    const outage = outages.find((one) => tells(one, absence)) ?? null
    return { absence, outage, boundsHold: outage !== null && holds(outage, absence) }
  })
  return { told, invented: outages.filter((outage) => !told.some((one) => one.outage === outage)) }
}

const tells = ({ account, firstAbsentAt }: Outage, absence: Absence): boolean =>
  account === `x:${absence.account}` && firstAbsentAt >= absence.from && firstAbsentAt <= (absence.to ?? Infinity)

/** Whether each end of the absence lies between the two instants that claim to enclose it. */
const holds = (outage: Outage, { from, to }: Absence): boolean =>
  (outage.lastPresentAt ?? -Infinity) <= from &&
  from <= outage.firstAbsentAt &&
  outage.lastAbsentAt <= (to ?? Infinity) &&
  (outage.firstPresentAt === null || (to !== null && to <= outage.firstPresentAt))

/** Everything was told, nothing was invented, and all bounds hold. */
export const isClean = ({ told, invented }: Judgement): boolean =>
  invented.length === 0 && told.every(({ boundsHold }) => boundsHold)

const time = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** Who was told down, when and for how long, each beside the truth; the last line sums it up. */
export function judgementLines(judgement: Judgement, now: number): readonly string[] {
  const { told, invented } = judgement
  const right = told.filter(({ outage }) => outage !== null).length
  return [
    ...told.map(({ absence, outage, boundsHold }) => {
      const truth = `x:${absence.account} was gone from ${time(absence.from)} to ${absence.to === null ? 'the end' : time(absence.to)}`
      if (outage === null) return `${truth}: NOT TOLD`
      const after = spanWords(outage.openedAt - absence.from)
      const bounds = `${durationWords(durationOf(outage, now))}, ${boundsHold ? 'and the truth lies within' : 'BUT THE TRUTH LIES OUTSIDE'}`
      return `${truth}: told down after ${after}, for ${bounds}`
    }),
    ...invented.map(({ account, firstAbsentAt }) => `${account} was told down at ${time(firstAbsentAt)}: IT WAS THERE`),
    `${right} of ${told.length} absences told, ${invented.length} false ones.`,
  ]
}
