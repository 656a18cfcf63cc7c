import type { Confirm } from '../core/belief.ts'
import type { Platform } from '../core/platform.ts'
import type { Path } from './fault.ts'
import type { Reader } from './reader.ts'
import { DEFAULT_SCHEDULE, defaultsShape, type Kinds } from './shape.ts'

/** What holds for every account. */
export type Defaults = {
  readonly schedule: string
  /** `everyMs` is the pause between looks in doubt. */
  readonly confirm: Confirm & { readonly everyMs: number }
  /** Null is three periods, at least a minute. */
  readonly blindAfterMs: number | null
  /** `share` is between 0 and 1. */
  readonly storm: { readonly accounts: number; readonly share: number; readonly withinMs: number }
}

/** Looks that must agree unless the file says otherwise; a platform that offers fewer is taken at its word. */
const LOOKS = 2

/** What the file leaves out is as the JSON Schema's defaults say. */
export function readDefaults(reader: Reader, kinds: Kinds): Defaults {
  const path: Path = ['defaults']
  const written = (reader.raw(path) === undefined ? undefined : reader.check(defaultsShape(kinds), path)) ?? {}
  const { confirm = {}, storm = {} } = written
  return {
    schedule: written.schedule ?? DEFAULT_SCHEDULE,
    confirm: {
      sightings: confirm.sightings ?? 3,
      looks: confirm.looks ?? LOOKS,
      vantages: confirm.vantages ?? 1,
      clears: confirm.clears ?? 2,
      everyMs: confirm.every ?? 1_000,
    },
    blindAfterMs: written.blindAfter ?? null,
    storm: { accounts: storm.accounts ?? 5, share: storm.share ?? 0.3, withinMs: storm.within ?? 60_000 },
  }
}

/** More than there is to agree would never open an outage, or not mean what it says. */
export function refuseUnmet(reader: Reader, platforms: readonly Platform[]): void {
  const vantages: Path = ['defaults', 'confirm', 'vantages']
  const looks: Path = ['defaults', 'confirm', 'looks']
  const most = Math.max(LOOKS, ...platforms.map((platform) => platform.looks.length))
  if (Number(reader.raw(vantages)) > 1) reader.expected(vantages, '1, since looks are made from one place only')
  if (platforms.length > 0 && Number(reader.raw(looks)) > most) {
    reader.expected(looks, `at most ${most}, since no platform here offers more looks`)
  }
}
