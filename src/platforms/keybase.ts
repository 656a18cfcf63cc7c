import { z } from 'zod'
import { handleOf } from './keybase/handle.ts'
import { byNames, byUid, UID } from './keybase/lookup.ts'
import { definePlatform } from './kind.ts'
import { eachAlone, foundByName, randomName } from './reading.ts'
import { baseAddress } from './settings.ts'

const TAKES = 10

/** Keybase (keybase.io/docs/api/1.0/call/user/lookup). */
export const keybase = definePlatform({
  id: 'keybase',
  title: 'Keybase',
  settings: z.strictObject({ api: baseAddress('https://keybase.io', 'Base address of Keybase.') }),
  defaults: {
    controls: { known: ['chris', 'max'] },
    // It names no limit.
    budget: { requests: 300, windowMs: 15 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 2,
  },
  handleIs: '2 to 16 letters, digits and single underscores such as chris',
  stableId: 'the uid',
  idForm: () => ({ pattern: UID, words: '32 digits and letters from a to f' }),
  namesLast: true,
  cannot: 'An account that was closed without a word answers as if it had never been.',
  looks: {
    names: {
      words: 'by its name',
      takes: TAKES,
      trust: 'medium',
      says: [['deleted'], ['not_found', 'suspended', 'deleted']],
      // And each of its names alone, where one of them spoils it.
      requests: 1 + TAKES,
      usually: 1,
    },
    uid: {
      words: 'by its id',
      takes: 1,
      trust: 'medium',
      says: [['deleted'], ['not_found', 'suspended', 'deleted']],
      requests: 2,
      usually: 1,
      needsId: true,
    },
  },
  publicLook: 'names',
  handle: handleOf,
  connect({ api }) {
    const names = byNames(api)
    return {
      asks: {
        names,
        uid: foundByName(
          names,
          eachAlone((account, ask) => byUid(api, account, ask)),
        ),
      },
      nobody: () => randomName(16),
      bases: [api],
      profileUrl: (handle) => `https://keybase.io/${handle}`,
    }
  },
})
