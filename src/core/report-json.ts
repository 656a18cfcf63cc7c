import { iso, outageJson, transitionJson } from './json.ts'
import { chainedJson, deliveryJson } from './json-desk.ts'
import type { ReportParts } from './report.ts'

/** A report for programs: the contract's own shapes, whole. */
export const reportJson = ({ outage, name, profileUrl, now, ...parts }: ReportParts) => ({
  outage: outageJson(outage, name, now),
  at: iso(now),
  profileUrl,
  lookWords: parts.lookWords,
  transitions: parts.transitions.map((one) =>
    transitionJson(one, (address) => (address === outage.account ? name : address), one.at),
  ),
  sightings: parts.sightings.map(chainedJson),
  evidenceIsWhole: parts.isWhole,
  deliveries: parts.deliveries.map(deliveryJson),
})
