import { z } from 'zod'
import { definePlatform } from './kind.ts'
import { handleAt, handleOf, hostOf, placeOf } from './mediawiki/name.ts'
import { byId, byName } from './mediawiki/users.ts'
import { foundByName, numbered, randomName } from './reading.ts'
import { WebBase } from './settings.ts'

/** Wikipedia and every other wiki on the same software; each is a home of its own. */
export const mediawiki = definePlatform({
  id: 'mediawiki',
  title: 'MediaWiki',
  settings: z.strictObject({
    hosts: z
      .record(z.string().regex(/^[^\s/?#@\\%]+$/, 'a host such as wiki.example.org'), WebBase)
      .default({})
      .meta({
        description: 'Address of api.php for wikis that do not have it at https://HOST/w/api.php, by their host.',
        examples: [{ 'wiki.example.org': 'https://wiki.example.org/api.php' }],
      }),
  }),
  defaults: {
    controls: { known: ['Jimbo Wales@en.wikipedia.org'] },
    // Reading has no published limit. A wiki wants one request after the other (mediawiki.org, API:Etiquette), which
    // fifty users in each come close to; several wikis need not wait for each other.
    budget: { requests: 120, windowMs: 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 4,
  },
  handleIs: 'a user and its wiki such as Jimbo Wales@en.wikipedia.org',
  stableId: 'the user id of that wiki',
  idForm: numbered('24'),
  cannot:
    'A user whose name was suppressed answers as if it had never been; locks of global accounts are not seen, nor is a rename that changes letter case only.',
  looks: {
    // What every visitor of the wiki can see.
    name: {
      words: 'by its name',
      takes: 50,
      trust: 'high',
      says: [['suspended'], ['not_found'], ['not_found', 'renamed']],
    },
    id: {
      words: 'by its id',
      takes: 50,
      trust: 'high',
      says: [['suspended'], ['not_found']],
      requests: 2,
      usually: 1,
      needsId: true,
    },
  },
  publicLook: 'name',
  handle: handleOf,
  homeOf: (handle) => placeOf(handle).host,
  connect({ hosts }) {
    const own = new Map(Object.entries(hosts).map(([host, api]) => [hostOf(host) ?? host, api]))
    const apiAt = (host: string): string => own.get(host) ?? `https://${host}/w/api.php`
    return {
      asks: { name: byName(apiAt), id: foundByName(byName(apiAt), byId(apiAt)) },
      // Random, about 103 bits, so nobody has it.
      nobody: (home) => handleAt(`Nobody ${randomName(20)}`, home),
      bases: [...own.values()],
      profileUrl: (handle) => {
        const { name, host } = placeOf(handle)
        const page = apiAt(host).replace(/api\.php$/, 'index.php')
        return `${page}?title=User:${encodeURIComponent(name.replaceAll(' ', '_'))}`
      },
    }
  },
})
