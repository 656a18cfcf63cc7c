import type { Ask } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, present } from '../../core/verdict.ts'
import { acctOf } from '../fediverse/acct.ts'
import { softwareAt } from '../fediverse/nodeinfo.ts'
import type { Reach } from '../fediverse/reach.ts'
import { finger, isOfAccounts } from '../fediverse/webfinger.ts'
import { GONE_FOR_GOOD } from '../gone.ts'
import { eachAlone, reading, unread } from '../reading.ts'

/** Misskey answers 404 for suspended accounts, too (its WellKnownServerService), so that 200 is one that can be seen. */
export const webfinger = (reach: Reach): Look['ask'] => eachAlone((account, ask) => look(reach, account, ask))

async function look(reach: Reach, { handle }: Asked, ask: Ask): Promise<Reading> {
  const led = await finger(acctOf(handle), reach, ask)
  if (led.kind === 'unclear') return led.reading
  const { answer } = led
  if (led.kind === 'led') {
    // An account's id is the end of its actor's address.
    const id = /^\/users\/([A-Za-z0-9]{1,64})$/.exec(new URL(led.id).pathname)?.[1]
    return id === undefined ? unread(answer, 'no id') : reading(present({ id, handle }), 'self', answer)
  }
  const software = await softwareAt(led.web, reach, ask)
  if (software.kind === 'unclear') return software.reading
  const isNobody = answer.status === 404 && isOfAccounts(answer, software.name)
  return isNobody ? reading(absent(...GONE_FOR_GOOD), 'WebFinger 404', answer) : unread(answer)
}
