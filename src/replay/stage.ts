import type { Clock } from '../core/clock.ts'
import type { Desk } from '../core/desk.ts'
import { createReceiver } from './receiver.ts'
import type { Scenario } from './scenario.ts'
import { newSecrets, writeConfig } from './setup.ts'
import { openSocket, type Frame } from './socket.ts'
import { createStandIn } from './stand-in.ts'
import type { Tale } from './tale.ts'

/** The whole app as it was started from a configuration file. */
export type StartedApp = { readonly url: string; readonly desk: Desk; stop(): Promise<void> }

/** What has reached the subscriber and the socket. */
export type Tally = { notices: number; copies: number; refused: number; frames: number }

/** What a replay needs around it. */
export type Stage = {
  readonly scenario: Scenario
  readonly port: number
  readonly startApp: (configFile: string, clock: Clock) => Promise<StartedApp>
  readonly clock: Clock
  readonly tale: Tale
  readonly tally: Tally
  readonly folder: string
}

/** Opens the platform, the subscriber, the app and a client of its socket, each closed again by `ending`. */
export async function stage(parts: Stage, ending: AsyncDisposableStack): Promise<StartedApp> {
  const { scenario, port, clock, tale, tally } = parts
  const secrets = newSecrets()
  const standIn = await createStandIn({ scenario, clock, bearer: secrets.bearer }).start()
  ending.defer(() => standIn.stop())
  const receiver = await createReceiver({
    secret: secrets.webhook,
    onNotice({ type, again }) {
      tally[again ? 'copies' : 'notices']++
      tale.say('webhook', `${type}, signature right${again ? ', for the second time' : ''}`, 'quiet')
    },
    onRefused(reason) {
      tally.refused++
      tale.say('webhook', `turned away: ${reason}`, 'bad')
    },
  }).start()
  ending.defer(() => receiver.stop())
  const file = writeConfig(parts.folder, { scenario, secrets, port, standIn: standIn.url, receiver: receiver.url })
  const app = await parts.startApp(file, clock)
  ending.defer(() => app.stop())
  const onFrame = (frame: Frame): void => hear(frame, tale, tally)
  const onClosed = (code: number): void => tale.say('socket', `closed by the server with ${code}`, 'bad')
  const socket = await openSocket(app.url, onFrame, onClosed)
  ending.defer(() => socket.stop())
  return app
}

function hear(frame: Frame, tale: Tale, tally: Tally): void {
  if (frame.type !== 'transition') return
  tally.frames++
  tale.say('socket', `${frame.name ?? 'transition'}, number ${frame.seq ?? 0}`, 'quiet')
}
