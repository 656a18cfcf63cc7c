import type { TransitionFrame } from '../client/index.ts'
import { causeWords, cleanName, durationWords, faceWords, reasonWords } from '../core/words.ts'

/** What is worth interrupting a person who cannot see the page; null for the rest. */
export function newsOf(frame: TransitionFrame): string | null {
  if ('outage' in frame) {
    const { name, account, because, now, duration, accepted } = frame.outage
    const who = `${cleanName(name, 80)}, ${account},`
    if (frame.name === 'outage.opened') return `${who} is down: ${reasonWords(because, now)}.`
    if (frame.name === 'outage.closed' && accepted) return `${who} is ${faceWords(accepted.identity)} from now on.`
    if (frame.name === 'outage.closed') return `${who} is back after ${durationWords(duration)}.`
    return null
  }
  if ('scope' in frame) {
    // Single accounts come and go; what covers many is worth a word.
    if (frame.scope === 'account') return null
    if (frame.scope === 'look') {
      const [look, platform] = [frame.look ?? '', frame.platform ?? '']
      return frame.name === 'sight.lost'
        ? `We cannot read ${platform} by ${look} any more.`
        : `We read ${platform} again.`
    }
    const of = frame.scope === 'platform' ? (frame.platform ?? '') : 'anything'
    return frame.name === 'sight.lost' ? `We cannot see ${of}: ${causeWords(frame.because)}.` : 'Our sight is back.'
  }
  if (frame.name === 'platform.troubled' && 'accounts' in frame) {
    return `${frame.platform} is troubled: ${frame.accounts.length} accounts fell.`
  }
  return null
}
