import type { ChannelKind } from './kind.ts'
import { alertmanager } from './alertmanager.ts'
import { apprise } from './apprise.ts'
import { discord } from './discord.ts'
import { email } from './email.ts'
import { grafana } from './grafana.ts'
import { jsm } from './jsm.ts'
import { matrix } from './matrix.ts'
import { mattermost } from './mattermost.ts'
import { ntfy } from './ntfy.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { teams } from './teams.ts'
import { telegram } from './telegram.ts'
import { webhook } from './webhook.ts'

/** Every channel there is. A new one is one file and one line here. */
export const channelKinds: readonly ChannelKind[] = [
  alertmanager,
  apprise,
  discord,
  email,
  grafana,
  jsm,
  matrix,
  mattermost,
  ntfy,
  pagerduty,
  slack,
  teams,
  telegram,
  webhook,
]
