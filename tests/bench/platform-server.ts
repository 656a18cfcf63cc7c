/**
 * A platform in a process of its own: Bluesky's `app.bsky.actor.getProfile` and X's users by name, everybody present.
 *
 * It speaks just enough HTTP over plain sockets that it costs little: the machine's time is to go to whoever asks. The
 * answers are as long as recorded ones.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tellParent } from './parent.ts'
import { blueskyHandle, did, followers, personIn, xHandle, xId } from './people.ts'

const END = '\r\n\r\n'
let asked = 0

function serve(socket: Socket): void {
  let rest = ''
  socket.setNoDelay(true).setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    rest += String(chunk)
    for (let end = rest.indexOf(END); end !== -1; end = rest.indexOf(END)) {
      const target = rest.slice(rest.indexOf(' ') + 1, rest.indexOf(' HTTP/'))
      rest = rest.slice(end + END.length)
      socket.write(answerTo(target))
      if (asked++ === 0) tellParent({ kind: 'asked', at: Date.now() })
    }
  })
}

function answerTo(target: string): string {
  const value = decodeURIComponent(/=([^&]*)/.exec(target)?.[1] ?? '')
  if (target.startsWith('/2/users/by?')) return ok(users(value.split(',')))
  if (target.startsWith('/xrpc/app.bsky.actor.getProfile?')) return ok(profile(personIn(value)))
  return 'HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'
}

const ok = (body: string): string =>
  `HTTP/1.1 200 OK\r\nx-powered-by: Express\r\naccess-control-allow-origin: *\r\n` +
  `content-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\nvary: Accept-Encoding\r\n` +
  `etag: W/"163-/+/Qi3XfQdSolH4oBkJv5eg8IX4"\r\ndate: ${today}\r\nconnection: keep-alive${END}${body}`

const today = new Date().toUTCString()

const profile = (n: number): string =>
  `{"did":"${did(n)}","handle":"${blueskyHandle(n)}","displayName":"Person ${n}","associated":{"lists":0,` +
  `"feedgens":0,"starterPacks":0,"labeler":false,"activitySubscription":{"allowSubscriptions":"followers"}},` +
  `"labels":[],"description":"The account of person ${n}","indexedAt":"2026-11-21T03:19:48.215Z",` +
  `"followersCount":${followers(n)},"followsCount":12,"postsCount":345}`

const users = (names: readonly string[]): string => `{"data":[${names.map((name) => user(personIn(name))).join(',')}]}`

const user = (n: number): string =>
  `{"id":"${xId(n)}","username":"${xHandle(n)}","name":"Person ${n}","protected":false,"public_metrics":` +
  `{"followers_count":${followers(n)},"following_count":12,"tweet_count":345,"listed_count":6,"like_count":789}}`

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  tellParent({ kind: 'listening', origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
