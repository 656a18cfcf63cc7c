import type { HttpBindings } from '@hono/node-server'
import type { Person } from './keys.ts'

/** What a request carries through the doors. */
export type DoorEnv = { Bindings: HttpBindings; Variables: { person: Person } }
