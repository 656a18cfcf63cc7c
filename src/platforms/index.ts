import { bluesky } from './bluesky.ts'
import type { PlatformKind } from './kind.ts'
import { x } from './x.ts'

/** Every platform there is. A new one is one file and one line here. */
export const platformKinds: readonly PlatformKind[] = [bluesky, x]
