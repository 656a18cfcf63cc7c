import type { TransitionFrame } from '../client/index.ts'
import { causeWords, cleanName, durationWords, reasonWords } from '../core/words.ts'

/** What is worth interrupting a person who cannot see the page; null for the rest. */
export function newsOf(frame: TransitionFrame): string | null {
  if ('outage' in frame) {
    const { name, account, because, now, duration } = frame.outage
    const who = `${cleanName(name, 80)}, ${account},`
    if (frame.name === 'outage.opened') return `${who} is down: ${reasonWords(because, now)}.`
    if (frame.name === 'outage.closed') return `${who} is back after ${durationWords(duration)}.`
    return null
  }
  if (frame.name === 'sight.lost' && 'scope' in frame && frame.scope !== 'account') {
    return `We cannot see ${frame.scope === 'platform' ? (frame.platform ?? '') : 'anything'}: ${causeWords(frame.because)}.`
  }
  if (frame.name === 'platform.troubled' && 'accounts' in frame) {
    return `${frame.platform} is troubled: ${frame.accounts.length} accounts fell.`
  }
  return null
}
