import type { Subscriber } from '../core/channel.ts'
import type { Gates } from './outbox-gates.ts'
import type { Roster } from './roster.ts'
import type { Writable } from './writable.ts'

/** Shows a figure that is read when somebody asks for it. Labels are few and bounded. */
type Gauge = (
  name: string,
  help: string,
  labels: readonly string[],
  read: () => Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>,
) => void

export type GaugesParts = {
  readonly gauge: Gauge
  readonly roster: Pick<Roster, 'lastSightings'>
  readonly subscribers: () => readonly Subscriber[]
  readonly gates: Pick<Gates, 'condition'>
  readonly refusing: Writable['refusing']
}

/** Figures of how things stand, beside what is counted. */
export function showGauges({ gauge, roster, subscribers, gates, refusing }: GaugesParts): void {
  gauge(
    'rollcall_last_sighting_timestamp_seconds',
    'When an account of the platform was last asked about and answered for, whatever the answer meant',
    ['platform'],
    roster.lastSightings,
  )
  gauge('rollcall_store_refusing', '1 while the store refuses what is written, so that nobody is told', [], () => [
    [{}, refusing() === null ? 0 : 1],
  ])
  gauge(
    'rollcall_subscriber_failing',
    '1 while the target takes nothing and is tried one notice at a time',
    ['subscriber', 'channel'],
    () =>
      subscribers().map(({ name, channel }) => [
        { subscriber: name, channel: channel.id },
        gates.condition(name).kind === 'failing' ? 1 : 0,
      ]),
  )
}
