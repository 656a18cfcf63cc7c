import type { AccountPulse, AccountView } from '../client/index.ts'

/** The newest instant among pulses, epoch ms. (A frame may hold more pulses than a call can take arguments.) */
export const newestOf = (pulses: readonly AccountPulse[]): number =>
  pulses.reduce((newest, { lastSightingAt }) => Math.max(newest, Date.parse(lastSightingAt)), -Infinity)

/** In a storm a thousand accounts fall into doubt at once: asking about each would only use up what we may ask. */
const MOST_ASKED = 20

/**
 * The accounts of which pulses tell too little: that one is in doubt but not why, or that there is one on the roll but
 * not who it is. They have to be asked for; a newcomer that is left out now is among them again with its next pulse.
 *
 * @param known as it was before these pulses
 */
export const unexplained = (
  pulses: readonly AccountPulse[],
  known: ReadonlyMap<string, AccountView>,
): readonly string[] =>
  pulses
    .filter(({ account, belief }) => {
      const before = known.get(account)
      return before === undefined || (belief === 'doubted' && before.belief !== belief)
    })
    .slice(0, MOST_ASKED)
    .map(({ account }) => account)
