import type { Platform } from '../../src/core/platform.ts'
import { platformKinds } from '../../src/platforms/index.ts'
import type { PlatformCases } from './cases/kind.ts'

/** The cases of each platform in the list, or why there are none. */
export const files = await Promise.allSettled(
  platformKinds.map(({ id }) => import(`./cases/${id}.ts`) as Promise<{ cases: PlatformCases }>),
)

export const allCases = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value.cases] : []))

/** The platform as its cases configure it. */
export function connectedBy({ kind, settings }: PlatformCases): Platform {
  const own = kind.settings.parse(settings)
  return kind.connect(own, { ...kind.defaults, budget: kind.budget(own) })
}
