import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a site shows of a name: a member's page, that there is none, a wall, or something that nobody has described. */
export type Shown = 'here' | 'gone' | 'walled' | 'odd'

export type FakeSite = Awaited<ReturnType<typeof startSite>>

const PAGES: Readonly<Record<Shown, readonly [status: number, text: string]>> = {
  here: [200, 'Member since 2009'],
  gone: [404, 'No such member'],
  walled: [403, 'No such member'],
  odd: [200, 'Welcome to our new design'],
}

/** A forum on loopback with a page for each name; whom it does not know is not there. */
export async function startSite(members: readonly string[]) {
  const shown = new Map<string, Shown>(members.map((name) => [name, 'here']))
  const asked: string[] = []
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice('/u/'.length)
    asked.push(name)
    const [status, text] = PAGES[shown.get(name) ?? 'gone']
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><body>${text}</body></html>`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    /** The names that were asked about. */
    asked,
    show: (name: string, what: Shown) => void shown.set(name, what),
    /** The site as a configuration describes it. */
    described: {
      kind: 'http',
      url: `${url}/u/{account}`,
      present: { status: 200, text: 'Member since' },
      absent: { status: 404, text: 'No such member' },
      budget: '1000000/1m',
    },
    /** The site as a rule of WhatsMyName's. */
    rule: {
      name: 'Forum',
      uri_check: `${url}/u/{account}`,
      e_code: 200,
      e_string: 'Member since',
      m_code: 404,
      m_string: 'No such member',
      known: ['known'],
      cat: 'social',
    },
    /** The site as a rule of Sherlock's. */
    entry: {
      url: `${url}/u/{}`,
      urlMain: url,
      errorType: 'message',
      errorMsg: 'No such member',
      username_claimed: 'known',
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A file of WhatsMyName's with these rules. */
export const whatsMyName = (...sites: readonly object[]): string =>
  JSON.stringify({ license: ['Copyright (C) 2026 Somebody'], authors: ['somebody'], categories: ['social'], sites })
