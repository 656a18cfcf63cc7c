import type { Desk } from '../core/desk.ts'
import type { Outage } from '../core/outage.ts'
import { reportOf } from '../core/report.ts'
import { reportPartsOf } from '../core/report-parts.ts'

/** The incident report of each outage, for a terminal. */
export const reportsOf = (outages: readonly Outage[], desk: Desk): Promise<readonly string[]> =>
  Promise.all(outages.map(async (outage) => reportOf(await reportPartsOf(outage, desk), 'text')))
