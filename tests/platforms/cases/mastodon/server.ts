import { absent, inconclusive, type Verdict } from '../../../../src/core/verdict.ts'
import { answer } from '../../../support/recorded.ts'
import { actorOf, jrdOf, nodeinfoAt } from '../fediverse.ts'
import type { Answers, Case } from '../kind.ts'

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
export const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' }

export const suspended = absent('suspended', 'deleted')
export const nobody = absent('not_found', 'deleted')
export const hidden = absent('not_found', 'suspended', 'deleted')
export const unreadable = inconclusive('unreadable')

/** What one path of a server answers. */
export type Said = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>]

export const json = (status: number, body: unknown): Said => [status, body, JSON_TYPE]
export const html = (status: number, title: string, body: string): Said => [
  status,
  `<!DOCTYPE html>\n<html lang='en'>\n<head>\n<title>${title}</title>\n</head>\n${body}\n</html>\n`,
  HTML_TYPE,
]
/** Rails' `head`: a status and nothing else. */
export const bare = (status: number): Said => [status, '']

/** Mastodon's page for errors. */
export const errorPage = (status: number, words: string): Said =>
  html(
    status,
    `${words} - Mastodon`,
    `<body class='error'>\n<div class='dialog'>\n<div class='dialog__message'><h1>${words}</h1></div>\n</div>\n</body>`,
  )
export const profilePage = (name: string, host: string): Said =>
  html(200, `Name of ${name} (@${name}@${host}) - Mastodon`, `<body class='app-body'></body>`)

export const uriOf = (name: string, host = 'm.test'): string => `https://${host}/users/${name}`

export const accountOf = (name: string, host = 'm.test'): object => ({
  id: '109',
  username: name,
  acct: name,
  display_name: `Name of ${name}`,
  locked: false,
  bot: false,
  created_at: '2016-03-16T00:00:00.000Z',
  url: `https://${host}/@${name}`,
  uri: uriOf(name, host),
  followers_count: 377_000,
  statuses_count: 12,
  fields: [],
})

/** How a suspended one is shown: emptied. */
export const suspendedOf = (name: string): object => ({
  ...accountOf(name),
  display_name: '',
  followers_count: 0,
  suspended: true,
})

export const identityOf = (name: string, host = 'm.test') => ({
  id: uriOf(name, host),
  handle: `${name}@${host}`,
  displayName: `Name of ${name}`,
  followers: 377_000,
})

export type Server = {
  readonly finger?: Said
  readonly software?: string | Said
  readonly lookup?: Said
  readonly page?: Said
  readonly actor?: Said
}

/** Alice's server, an ordinary one but for what is said to be otherwise. */
export function server(parts: Server, host = 'm.test', name = 'alice'): Answers {
  const { finger = json(200, jrdOf(name, host, uriOf(name, host))), software = 'mastodon', lookup, page, actor } = parts
  const base = `https://${host}`
  const said = new Map<string, Said | undefined>([
    [`${base}/.well-known/webfinger?resource=acct:${name}@${host}`, finger],
    [`${base}/api/v1/accounts/lookup?acct=${name}`, lookup ?? json(200, accountOf(name, host))],
    [`${base}/api/v1/accounts/${name}`, lookup],
    [`${base}/@${name}`, page ?? profilePage(name, host)],
    [uriOf(name, host), actor ?? json(200, actorOf(name, uriOf(name, host)))],
  ])
  return (request) => {
    const found = said.get(request.url)
    if (found !== undefined) return answer(request.url, ...found)
    return typeof software === 'string' ? nodeinfoAt(base, software, request) : answer(request.url, ...software)
  }
}

export const alice = { handle: 'alice@m.test', id: null }
export const pinned = { handle: 'alice@m.test', id: uriOf('alice') }

export const one = (
  look: string,
  name: string,
  asked: Case['asked'][number],
  answers: Answers,
  says: Verdict,
): Case => ({
  look,
  name,
  asked: [asked],
  answers,
  says: [says],
})

export const notFound = json(404, { error: 'Record not found' })
export const needsToken = json(401, { error: 'This method requires an authenticated user' })
