import type { PlatformKind } from './kind.ts'

/** Every platform there is. A new one is one file and one line here. */
export const platformKinds: readonly PlatformKind[] = []
