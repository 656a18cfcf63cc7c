import type { TransitionName } from '../core/transition.ts'

/** How news sounds; channels make colours, priorities and signs of it. */
export type Tone = 'alarm' | 'caution' | 'blind' | 'good' | 'remark'

export const toneOf = (name: TransitionName): Tone => TONES[name]

const TONES: Readonly<Record<TransitionName, Tone>> = {
  'outage.opened': 'alarm',
  'outage.changed': 'caution',
  'outage.closed': 'good',
  'outage.acknowledged': 'remark',
  'outage.annotated': 'remark',
  'outage.retracted': 'remark',
  'sight.lost': 'blind',
  'sight.regained': 'good',
  'platform.troubled': 'alarm',
  'platform.settled': 'good',
}

/** What stands before a headline where there is no colour. */
export const signOf = (name: TransitionName): string => SIGNS[toneOf(name)]

const SIGNS: Readonly<Record<Tone, string>> = { alarm: '🔴', caution: '🟠', blind: '⚪', good: '🟢', remark: '🔵' }
