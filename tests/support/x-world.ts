import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Person = { id: string; handle: string; state: 'active' | 'gone' | 'suspended' }
export type Trouble = (request: IncomingMessage, response: ServerResponse) => void

export type XWorld = {
  readonly url: string
  set(handle: string, state: Person['state']): void
  /** Every request is answered by this until it is taken away. */
  trouble: Trouble | null
  requests: number
  stop(): Promise<void>
}

/**
 * A little X whose accounts come and go as the test says, in the shapes of API v2. The stand-in of a replay follows a
 * scenario and a clock instead; this one follows the test.
 */
export async function createXWorld(handles: readonly string[]): Promise<XWorld> {
  const people = handles.map((handle, index): Person => ({
    id: String(9_000_000_000_000_000_000n + BigInt(index)),
    handle,
    state: 'active',
  }))
  const server = createServer((request, response) => {
    world.requests++
    if (world.trouble !== null) {
      world.trouble(request, response)
      return
    }
    const url = new URL(request.url ?? '/', 'http://x.invalid')
    const names = url.searchParams.get('usernames')
    const asked = (names ?? url.searchParams.get('ids') ?? '').split(',')
    const found = asked.map((value) => ({
      value,
      person: people.find(({ id, handle }) =>
        names === null ? id === value : handle.toLowerCase() === value.toLowerCase(),
      ),
    }))
    const data = found.flatMap(({ person }) => (person?.state === 'active' ? [userOf(person)] : []))
    const errors = found.flatMap(({ value, person }) =>
      person?.state === 'active' ? [] : [problemOf(value, person, names !== null)],
    )
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const world: XWorld = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: null,
    requests: 0,
    set(handle, state) {
      const person = people.find((one) => one.handle === handle)
      if (person === undefined) throw new Error(`nobody is called ${handle}`)
      person.state = state
    },
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections()
        server.close(() => stopped())
      }),
  }
  return world
}

const userOf = ({ id, handle }: Person) => ({
  id,
  username: handle,
  name: `Name of ${handle}`,
  public_metrics: { followers_count: 1000 },
})

function problemOf(value: string, person: Person | undefined, byName: boolean) {
  const parameter = byName ? 'usernames' : 'ids'
  const suspended = person?.state === 'suspended'
  return {
    value,
    detail: suspended ? `User has been suspended: [${value}].` : `Could not find user with ${parameter}: [${value}].`,
    title: suspended ? 'Forbidden' : 'Not Found Error',
    resource_type: 'user',
    parameter,
    resource_id: value,
    type: 'https://api.twitter.com/2/problems/resource-not-found',
  }
}
