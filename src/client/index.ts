export { createClient } from './client.ts'
export type { Client, ClientOptions, Connection } from './options.ts'
export type {
  AccountPulse,
  Beat,
  ErrorFrame,
  Filter,
  Frame,
  Hello,
  Position,
  Pulse,
  Resumed,
  Snapshot,
  TransitionFrame,
} from './frames.ts'
export type { Socket, Timers } from './line.ts'
export type { AccountJson, OutageJson, TransitionJson } from '../core/json.ts'
export type { QuietJson } from '../core/json-desk.ts'
export { createServerClock, type ServerClock } from './clock.ts'
export { lengthAt, type Length } from './duration.ts'
export { createStateView, type StateHolder } from './state.ts'
export {
  emptyView,
  foldView,
  type AccountView,
  type StateView,
  type Trouble,
  type Unreadable,
  type ViewChange,
} from './view.ts'
export type { BlindSpell, PlatformState } from './blindness.ts'
