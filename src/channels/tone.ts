import type { Notice } from '../core/notice.ts'
import type { TransitionName } from '../core/transition.ts'

/** How urgent news is, and whether it is good; channels choose colours, priorities and signs by it. */
export type Tone = 'alarm' | 'caution' | 'blind' | 'good' | 'remark'

/** Everything in a summary is old news, which need not alarm anybody. */
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
