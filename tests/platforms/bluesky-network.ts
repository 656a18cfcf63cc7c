import { AskFault, type Answer } from '../../src/core/answer.ts'
import { judged } from '../../src/core/belief.ts'
import type { Reading } from '../../src/core/platform.ts'
import type { Identity, Verdict } from '../../src/core/verdict.ts'
import { bluesky } from '../../src/platforms/bluesky.ts'
import { answer, fakeAsk, hasRecorded, recorded, recordedAnswers, type Instead } from '../support/recorded.ts'

export const platform = bluesky.connect(
  bluesky.settings.parse({ appview: 'http://appview.test', directory: 'http://plc.test/', firehose: [] }),
  bluesky.defaults,
)

/** The recorded network as it was, without the answers it gave under load or while parts of it were down. */
export const network = hasRecorded
  ? recordedAnswers('bluesky', (name) => !/^rate-limited|\.appview-/.test(name))
  : new Map<string, Answer>()

// The DID document of this account points to a port where nothing listens.
export const dead: Instead = (url) =>
  url.startsWith('http://localhost:9/') ? new AskFault('connect', 'nothing listens at localhost:9') : undefined

export async function look(name: string, handle: string, id: string | null, instead: Instead = dead) {
  const { ask, asked } = fakeAsk(network, instead)
  const one = platform.looks.find((candidate) => candidate.name === name)!
  const [reading] = await one.ask([{ handle, id }], ask)
  return { reading: reading!, asked }
}

const pinned = (id: string, handle: string): Identity => ({ id, handle })

/** What the belief makes of a verdict: `present`, `gone: …` with who stands there instead, or `blind: …`. */
export function said({ verdict }: Reading, id: string | null, handle: string): string {
  const held: Verdict = judged(verdict, id === null ? null : pinned(id, handle), `bluesky:${handle}`)
  if (held.kind === 'present') return 'present'
  if (held.kind === 'inconclusive') return `blind: ${held.because}`
  const now = held.now === undefined ? '' : ` (${held.now.handle}${held.now.id === id ? '' : ', a stranger'})`
  return `gone: ${held.because.join(' or ')}${now}`
}

export const sees = async (
  name: string,
  handle: string,
  id: string | null,
  instead: Instead = dead,
): Promise<string> => {
  try {
    return said((await look(name, handle, id, instead)).reading, id, handle)
  } catch (fault) {
    if (fault instanceof AskFault) return `fault: ${fault.kind}`
    throw fault
  }
}

export const didOf = (state: string): string => {
  const url = recorded(`bluesky/plc/did/${state}`).url
  return decodeURIComponent(url.slice(url.lastIndexOf('/') + 1))
}

/** State, watched handle, then what the app and the host show: of the pinned account, and of the handle alone. */
// prettier-ignore
export const TRUTH: readonly (readonly [state: string, handle: string, app: string, host: string, app0: string, host0: string])[] =
  [
    ['active', 'active.test', 'present', 'present', 'present', 'present'],
    ['reactivated', 'reactivated.test', 'present', 'present', 'present', 'present'],
    ['restored', 'restored.test', 'present', 'present', 'present', 'present'],
    ['deactivated', 'deactivated.test', 'gone: deactivated', 'gone: deactivated', 'gone: deactivated', 'gone: deactivated'],
    ['takendown-pds', 'takendown.test', 'gone: suspended', 'gone: suspended', 'gone: suspended', 'gone: suspended'],
    ['takendown-moderation', 'takendown-mod.test', 'gone: suspended', 'gone: suspended', 'gone: suspended', 'gone: suspended'],
    ['suspended-moderation', 'suspended.test', 'gone: suspended', 'gone: suspended', 'gone: suspended', 'gone: suspended'],
    ['suspended-firehose', 'suspended-relay.test', 'gone: suspended', 'present', 'gone: suspended', 'present'],
    ['takendown-appview-only', 'appview-only.pds-b.test', 'gone: suspended', 'present', 'gone: suspended', 'present'],
    ['deleted', 'deleted.test', 'gone: not_found or deleted', 'gone: deleted', 'gone: not_found or deleted', 'gone: not_found or deleted'],
    ['never-existed', 'nobody-ever.test', 'gone: not_found or deleted', 'gone: not_found', 'gone: not_found or deleted', 'gone: not_found or deleted'],
    ['renamed', 'oldname.test', 'gone: renamed (newname.test)', 'gone: renamed (newname.test)', 'gone: not_found or deleted', 'gone: not_found or deleted'],
    ['renamed-handle-reused', 'reused.test', 'gone: taken_over (reused.test, a stranger)', 'gone: taken_over (reused.test, a stranger)', 'present', 'present'],
    ['deleted-handle-reused', 'recycled.test', 'gone: taken_over (recycled.test, a stranger)', 'gone: taken_over (recycled.test, a stranger)', 'present', 'present'],
    ['migrated', 'migrated.test', 'gone: renamed (migrated.pds-b.test)', 'gone: renamed (migrated.pds-b.test)', 'gone: not_found or deleted', 'gone: not_found or deleted'],
    ['migrated', 'migrated.pds-b.test', 'present', 'present', 'present', 'present'],
    ['did-tombstoned', 'tombstoned.test', 'present', 'gone: deleted', 'present', 'gone: deleted'],
    ['pds-gone', 'dangling.test', 'present', 'fault: connect', 'present', 'fault: connect'],
    ['handle-mismatch', 'mismatch.test', 'gone: renamed (somebody-else.test)', 'gone: renamed (somebody-else.test)', 'gone: not_found or deleted', 'gone: not_found or deleted'],
  ]

// The second occupant of a reused handle has no recorded document: as recorded for the first, under its own id.
export const reused: Instead = (url) => {
  const newcomer = /did%3Aplc%3A(?:7zbyllopxlziondimkra3tmb|xrgzq47zjjctqxnfinvp32mz)$/.exec(url)
  if (newcomer === null) return dead(url)
  const did = decodeURIComponent(newcomer[0])
  const handle = did.includes('7zby') ? 'reused.test' : 'recycled.test'
  const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'http://pds-a.test' }]
  if (url.startsWith('http://plc.test')) return answer(url, 200, { id: did, alsoKnownAs: [`at://${handle}`], service })
  return answer(url, 200, { did, active: true, rev: '3n2s5eoaqd22o' })
}
