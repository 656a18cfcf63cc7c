import { bluesky } from './bluesky.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { hackernews } from './hackernews.ts'
import { http } from './http.ts'
import { instagram } from './instagram.ts'
import { keybase } from './keybase.ts'
import type { PlatformKind } from './kind.ts'
import { mastodon } from './mastodon.ts'
import { mediawiki } from './mediawiki.ts'
import { medium } from './medium.ts'
import { misskey } from './misskey.ts'
import { reddit } from './reddit.ts'
import { substack } from './substack.ts'
import { telegram } from './telegram.ts'
import { threads } from './threads.ts'
import { tiktok } from './tiktok.ts'
import { twitch } from './twitch.ts'
import { x } from './x.ts'
import { youtube } from './youtube.ts'

/** Every platform there is. A new one is one file and one line here. */
export const platformKinds: readonly PlatformKind[] = [
  bluesky,
  github,
  gitlab,
  hackernews,
  http,
  instagram,
  keybase,
  mastodon,
  mediawiki,
  medium,
  misskey,
  reddit,
  substack,
  telegram,
  threads,
  tiktok,
  twitch,
  x,
  youtube,
]
