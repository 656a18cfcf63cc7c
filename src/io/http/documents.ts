import { asyncApi } from './asyncapi.ts'
import type { Doors } from './route.ts'

const INFO = {
  title: 'Rollcall',
  version: '1',
  description: 'Who of the accounts that matter answers, who does not, since when, and how we know.',
  license: { name: 'MIT', identifier: 'MIT' },
}

/** The contract, made from the shapes the routes are typed with. Holds no data and needs no token. */
export function documentRoutes(doors: Doors): void {
  doors.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of the configuration. Without tokens (loopback only) everyone is operator.',
  })
  let openapi: object | null = null
  doors.get('/openapi.json', (c) => {
    openapi ??= doors.getOpenAPI31Document({ openapi: '3.1.0', info: INFO, servers: [{ url: '/' }] })
    return c.json(openapi, 200, { 'cache-control': 'no-cache' })
  })
  const socket = asyncApi(INFO)
  doors.get('/asyncapi.json', (c) => c.json(socket, 200, { 'cache-control': 'no-cache' }))
}
