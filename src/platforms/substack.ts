import { z } from 'zod'
import type { Answer } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, present } from '../core/verdict.ts'
import { definePlatform } from './kind.ts'
import {
  blindBy,
  bodyAs,
  Count,
  eachAlone,
  Name,
  numbered,
  NumberedId,
  profile,
  randomName,
  reading,
  under,
  unlessMoved,
  unread,
  withoutAt,
} from './reading.ts'
import { baseAddress } from './settings.ts'

const HANDLE = /^[a-z\d][a-z\d_.-]{0,62}$/

/** People on Substack, by the public profile its own pages load; publications are not accounts. */
export const substack = definePlatform({
  id: 'substack',
  title: 'Substack',
  settings: z.strictObject({ api: baseAddress('https://substack.com', 'Base address of Substack.') }),
  defaults: {
    controls: { known: ['substack', 'hamish'] },
    // It names no limit; requests that look like a crawler's are challenged.
    budget: { requests: 300, windowMs: 15 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: 'lower-case letters, digits, hyphens, underscores and dots such as hamish',
  stableId: 'the numeric id',
  idForm: numbered('4711'),
  cannot: 'Why somebody is not found: renamed, closed and banned accounts answer alike.',
  looks: {
    profile: {
      words: 'by its name',
      takes: 1,
      trust: 'medium',
      says: [
        ['not_found', 'deactivated', 'suspended', 'deleted'],
        ['not_found', 'deactivated', 'suspended', 'deleted', 'renamed'],
      ],
    },
  },
  publicLook: 'profile',
  // It looks names up as they are, and they are in lower case.
  handle(raw) {
    const handle = withoutAt(raw).toLowerCase()
    return HANDLE.test(handle) ? handle : null
  },
  connect({ api }) {
    return {
      asks: {
        profile: eachAlone(async (account, ask) => {
          const path = `/api/v1/user/${encodeURIComponent(account.handle)}/public_profile`
          return read(account, await ask({ url: under(api, path), headers: { accept: 'application/json' } }))
        }),
      },
      nobody: () => randomName(30),
      bases: [api],
      profileUrl: (handle) => `https://substack.com/@${handle}`,
    }
  },
})

const Profile = z.object({
  id: NumberedId,
  handle: z.string().toLowerCase().regex(HANDLE),
  name: Name,
  followerCount: Count,
  subscriberCount: Count,
  profile_disabled: z.boolean().optional().catch(undefined),
})

const Refusal = z.object({ error: z.literal('profile not found') })

function read(account: Asked, answer: Answer): Reading {
  const person = answer.status === 200 ? bodyAs(Profile, answer) : null
  if (person !== null && (person.handle === account.handle || person.id === account.id)) return seen(person, answer)
  const refusal = answer.status === 404 ? bodyAs(Refusal, answer) : null
  if (refusal === null) return unread(answer)
  const because = unlessMoved(account, 'not_found', 'deactivated', 'suspended', 'deleted')
  return reading(absent(...because), refusal.error, answer)
}

function seen({ id, handle, name, ...person }: z.infer<typeof Profile>, answer: Answer): Reading {
  // What visitors see of it then is not known.
  if (person.profile_disabled === true) return blindBy('unreadable', 'profile_disabled', answer)
  return reading(
    present({ id, handle, ...profile(name, person.followerCount ?? person.subscriberCount) }),
    'id',
    answer,
  )
}
