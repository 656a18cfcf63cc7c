import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export const BEARER = 'AAAA-bearer-of-the-tests'

export type XState = 'active' | 'gone' | 'suspended'
type Person = { id: string; username: string; name: string; state: XState; changedAt: number }
export type FakeX = Awaited<ReturnType<typeof startX>>

const FIELDS =
  /^(?:affiliation|created_at|description|entities|id|location|most_recent_tweet_id|name|pinned_tweet_id|profile_banner_url|profile_image_url|protected|public_metrics|url|username|verified|verified_type|withheld)$/

/** The user look-ups of X's API v2, as strict as their documentation: a wrong question is a 400, no bearer a 401. */
export async function startX(handles: readonly string[]) {
  const people: Person[] = ['known', ...handles].map((username, index) => ({
    id: String(2_500_000_000_000_000_000n + BigInt(index)),
    username,
    name: `The ${username}`,
    state: 'active',
    changedAt: 0,
  }))
  const faults: string[] = []
  const asked: string[] = []
  let trouble: ((url: URL, response: ServerResponse) => boolean) | null = null
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x.invalid')
    asked.push(url.pathname + url.search)
    if (trouble?.(url, response) === true) return
    const { status, body } = answerTo(request, url, people)
    if (status === 400 || status === 401) faults.push(`${status} ${url.pathname}${url.search}`)
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const person = (username: string): Person => people.find((one) => one.username === username)!

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Questions that the real one would refuse. */
    faults,
    asked,
    person,
    set(username: string, state: XState): number {
      Object.assign(person(username), { state, changedAt: Date.now() })
      return person(username).changedAt
    },
    rename(username: string, to: string): void {
      person(username).username = to
    },
    add(username: string): Person {
      const added: Person = {
        id: String(9_000_000_000_000_000_000n + BigInt(people.length)),
        username,
        name: `The new ${username}`,
        state: 'active',
        changedAt: Date.now(),
      }
      people.push(added)
      return added
    },
    /** Answers a request itself and says so with `true`. */
    trouble: (next: typeof trouble) => void (trouble = next),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Answer = { status: number; body: unknown }

function answerTo(request: IncomingMessage, url: URL, people: readonly Person[]): Answer {
  if (request.headers.authorization !== `Bearer ${BEARER}`) {
    return { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } }
  }
  const strange = (url.searchParams.get('user.fields') ?? 'id').split(',').find((field) => !FIELDS.test(field))
  if (strange !== undefined) return invalid('user.fields', strange)
  const single = /^\/2\/users\/(?:by\/username\/([^/]+)|(\d+))$/.exec(url.pathname)
  if (single !== null) return one(single[1] ?? single[2]!, single[1] === undefined ? 'id' : 'username', people)
  if (url.pathname === '/2/users/by') return many(url, 'usernames', /^[A-Za-z0-9_]{1,15}$/, people)
  if (url.pathname === '/2/users') return many(url, 'ids', /^\d{1,19}$/, people)
  return { status: 404, body: { title: 'Not Found', type: 'about:blank', status: 404, detail: 'Not Found' } }
}

function many(url: URL, parameter: 'usernames' | 'ids', form: RegExp, people: readonly Person[]): Answer {
  const values = (url.searchParams.get(parameter) ?? '').split(',')
  if (values.length > 100 || values.some((value) => !form.test(value))) return invalid(parameter, values.join(','))
  const found = values.map((value) => ({
    value,
    person: personAt(people, parameter === 'ids' ? 'id' : 'username', value),
  }))
  const data = found.flatMap(({ person }) => (person?.state === 'active' ? [userOf(person)] : []))
  const errors = found.flatMap(({ value, person }) =>
    person?.state === 'active' ? [] : [problemOf(value, parameter, person)],
  )
  return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } }
}

function one(value: string, by: 'id' | 'username', people: readonly Person[]): Answer {
  const person = personAt(people, by, value)
  return {
    status: 200,
    body: person?.state === 'active' ? { data: userOf(person) } : { errors: [problemOf(value, by, person)] },
  }
}

const personAt = (people: readonly Person[], by: 'id' | 'username', value: string): Person | undefined =>
  people.find((one) => one[by].toLowerCase() === value.toLowerCase())

const invalid = (parameter: string, value: string): Answer => ({
  status: 400,
  body: {
    errors: [
      {
        parameters: { [parameter]: [value] },
        message: `The \`${parameter}\` query parameter value [${value}] is not valid`,
      },
    ],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.twitter.com/2/problems/invalid-request',
  },
})

const userOf = ({ id, username, name }: Person) => ({
  id,
  username,
  name,
  protected: false,
  public_metrics: { followers_count: 41_700_000, following_count: 45, tweet_count: 36_000, listed_count: 1 },
})

function problemOf(value: string, parameter: string, person: Person | undefined) {
  const isSuspended = person?.state === 'suspended'
  return {
    value,
    detail: isSuspended ? `User has been suspended: [${value}].` : `Could not find user with ${parameter}: [${value}].`,
    title: isSuspended ? 'Forbidden' : 'Not Found Error',
    resource_type: 'user',
    parameter,
    resource_id: value,
    type: 'https://api.twitter.com/2/problems/resource-not-found',
  }
}
