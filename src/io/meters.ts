import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Meters } from '../core/meters.ts'

/** The meters that the rooms write to, and a way to read them all. */
export type Metrics = {
  readonly meters: Meters
  /** Everything, in Prometheus' text format. */
  readonly text: () => Promise<string>
  readonly contentType: string
  /** A figure that is read only when somebody asks; the rows of the last reading are forgotten. */
  readonly gauge: (name: string, help: string, labels: readonly string[], read: () => Iterable<Reading>) => void
}

type Reading = readonly [labels: Readonly<Record<string, string>>, value: number]

/** Upper bounds in seconds: OpenTelemetry's for requests, and up to a day for what may wait for its receiver. */
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const PATIENT = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400]

/** Counts in a registry of its own, together with the process's own figures. */
export function createMeters(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers })
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ): Histogram<Label> => new Histogram({ name, help, buckets, labelNames, registers })

  return {
    meters: { ...metersOf(counter, histogram), looked: createLooked(registers) },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    gauge(name, help, labels, read) {
      const gauge = new Gauge({ name, help, labelNames: [...labels], registers, collect })
      function collect(): void {
        gauge.reset()
        for (const [row, value] of read()) gauge.set({ ...row }, value)
      }
    },
  }
}

type MakeCounter = <Label extends string>(name: string, help: string, ...labels: Label[]) => Counter<Label>
type MakeHistogram = <Label extends string>(
  name: string,
  help: string,
  buckets: number[],
  ...labels: Label[]
) => Histogram<Label>

function metersOf(counter: MakeCounter, histogram: MakeHistogram): Omit<Meters, 'looked'> {
  const lookSeconds = histogram('rollcall_look_seconds', 'From asking to the answer', QUICK, 'platform', 'look')
  const lateness = histogram('rollcall_look_lateness_seconds', 'How late looks were asked', QUICK, 'platform')
  const blips = counter('rollcall_blips_total', 'Doubts that cleared by themselves', 'platform')
  const transitions = counter('rollcall_transitions_total', 'Transitions recorded', 'name')
  const tries = counter('rollcall_delivery_tries_total', 'Tries to deliver', 'channel', 'outcome')
  const trySeconds = histogram('rollcall_delivery_try_seconds', 'How long one try took', QUICK, 'channel')
  const deliverySeconds = histogram('rollcall_delivery_seconds', 'From decision to accepted', PATIENT, 'channel')
  const controls = counter('rollcall_controls_total', 'Controls that answered right or wrong', 'platform', 'verdict')
  const hints = counter('rollcall_hints_total', 'Hints from push sources about watched accounts', 'platform')
  return {
    answered: (platform, look, seconds) => lookSeconds.observe({ platform, look }, seconds),
    late: (platform, seconds) => lateness.observe({ platform }, seconds),
    blip: (platform) => blips.inc({ platform }),
    moved: (name) => transitions.inc({ name }),
    tried(channel, outcome, seconds) {
      tries.inc({ channel, outcome })
      trySeconds.observe({ channel }, seconds)
    },
    delivered: (channel, seconds) => deliverySeconds.observe({ channel }, seconds),
    controls: (platform, right) => controls.inc({ platform, verdict: right ? 'right' : 'wrong' }),
    hinted: (platform) => hints.inc({ platform }),
  }
}

/**
 * Counts answers by what they mean. Called for each account of each answer, and `inc` takes longer than reading the
 * account, since it puts the labels together anew each time. Most accounts of an answer mean the same: those in a row
 * are counted first, and `inc` is called once for all of them.
 */
function createLooked(registers: Registry[]): Meters['looked'] {
  const looks = new Counter({
    name: 'rollcall_looks_total',
    help: 'Answers read, by what they mean',
    labelNames: ['platform', 'look', 'verdict'],
    registers,
    collect: tell,
  })
  let labels = { platform: '', look: '', verdict: '' }
  let count = 0

  function tell(): void {
    if (count > 0) looks.inc(labels, count)
    count = 0
  }
  return (platform, look, verdict) => {
    if (labels.verdict !== verdict || labels.look !== look || labels.platform !== platform) {
      tell()
      labels = { platform, look, verdict }
    }
    count++
  }
}
