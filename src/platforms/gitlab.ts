import { z } from 'zod'
import { byId } from './gitlab/id.ts'
import { byName } from './gitlab/name.ts'
import { HANDLE, type Access } from './gitlab/user.ts'
import { definePlatform } from './kind.ts'
import { eachAlone, foundByName, numbered, randomName, under, withoutAt } from './reading.ts'
import { baseAddress, credential } from './settings.ts'

/** GitLab.com, or one's own GitLab (docs.gitlab.com/api/users). */
export const gitlab = definePlatform({
  id: 'gitlab',
  title: 'GitLab',
  settings: z.strictObject({
    token: credential('Access token with the scope read_user: tells blocked and renamed accounts apart.').optional(),
    api: baseAddress('https://gitlab.com', 'Base address of GitLab.'),
  }),
  defaults: {
    controls: { known: ['gitlab-bot', 'sytses'] },
    // The least of what it allows an address for these questions (docs.gitlab.com, rate limits on Users API).
    budget: { requests: 240, windowMs: 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 4,
  },
  handleIs: 'letters, digits, underscores, dots and hyphens such as sytses',
  stableId: 'the numeric id',
  idForm: numbered('4711'),
  cannot: 'By name a blocked account answers as if it had never been; by id it is told apart with a token only.',
  looks: {
    name: {
      words: 'by its name',
      takes: 1,
      trust: 'medium',
      says: [['suspended'], ['not_found', 'suspended', 'deleted'], ['not_found', 'suspended', 'deleted', 'renamed']],
    },
    id: {
      words: 'by its id',
      takes: 1,
      trust: 'medium',
      says: [['suspended'], ['not_found', 'deleted'], ['suspended', 'renamed']],
      requests: 4,
      usually: 3,
      needsId: true,
    },
  },
  publicLook: 'name',
  handle(raw) {
    const handle = withoutAt(raw)
    return HANDLE.test(handle) ? handle : null
  },
  connect({ api, token }) {
    const access: Access = { api, headers: token === undefined ? {} : { 'private-token': token } }
    const named = eachAlone((account, ask) => byName(access, account, ask))
    const known = eachAlone((account, ask) => byId(access, account, ask))
    return {
      asks: { name: named, id: foundByName(named, known) },
      nobody: () => randomName(40),
      bases: [api],
      profileUrl: (handle) => under(api, `/${handle}`),
    }
  },
})
