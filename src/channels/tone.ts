import type { Notice } from '../core/notice.ts'
import type { TransitionName } from '../core/transition.ts'

/** How news sounds; channels make colours, priorities and signs of it. */
export type Tone = 'alarm' | 'caution' | 'blind' | 'good' | 'remark'

/** A summary has no news that is not old. */
export const toneOf = ({ transition, summary }: Notice): Tone => (summary === null ? TONES[transition.name] : 'remark')

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
  'subscriber.lost': 'caution',
  'subscriber.regained': 'good',
}

/** What stands before a headline where there is no colour. */
export const signOf = (notice: Notice): string => SIGNS[toneOf(notice)]

const SIGNS: Readonly<Record<Tone, string>> = { alarm: '🔴', caution: '🟠', blind: '⚪', good: '🟢', remark: '🔵' }
