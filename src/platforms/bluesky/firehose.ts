import type { Hints } from '../../core/platform.ts'
import { under } from '../reading.ts'
import { readFrame } from './frame.ts'
import { follow, realPace, type Dialect, type Pace } from './stream.ts'

/**
 * The stream of everything that happens on a relay or a host (com.atproto.sync.subscribeRepos), listened to for what
 * concerns an account as such. The cursor is that of the last such frame; the commits between may come again.
 *
 * @param base `wss://host`
 */
export function firehose(base: string, pace: Pace = realPace): Hints {
  const url = under(base, '/xrpc/com.atproto.sync.subscribeRepos')
  const dialect: Dialect = {
    address: (cursor) => (cursor === null ? url : `${url}?cursor=${cursor}`),
    read: readFrame,
  }
  return {
    name: `firehose ${new URL(base).host}`,
    // Hosts speak on the stream after they have acted; the app follows it and comes after.
    look: 'host',
    follow: (parts) => follow(dialect, parts, pace),
  }
}
