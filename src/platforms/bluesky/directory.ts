import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import { absent, inconclusive } from '../../core/verdict.ts'
import { bodyAs, fewOf, reading, under, unread } from '../reading.ts'
import { handleOf } from './handle.ts'

/** What a DID says of itself: the handle it claims and the origin of the host that keeps its repository. */
export type Found =
  | {
      readonly kind: 'document'
      readonly did: string
      readonly handle: string | null
      readonly pds: string | null
      readonly answer: Answer
    }
  | { readonly kind: 'none'; readonly reading: Reading }

const MOST_PARTS = 200

const Document = z.object({
  id: z.string(),
  alsoKnownAs: fewOf(MOST_PARTS, z.string()).default([]),
  service: fewOf(MOST_PARTS, z.object({ id: z.string(), type: z.string(), serviceEndpoint: z.unknown() })).default([]),
})

/**
 * Looks up a DID document: did:plc in the directory, did:web at its own host.
 *
 * Nothing is kept between looks: it is seldom asked for but in doubt, and a document of ten minutes ago would say
 * "still there" of an account that was renamed, moved or revoked since. AskFaults pass through.
 */
export async function findDocument(directory: string, did: string, ask: Ask): Promise<Found> {
  const url = addressOf(directory, did)
  if (url === null) return none(reading(inconclusive('unreadable'), 'an id without a document', null))
  const answer = await ask({ url })
  if (answer.status !== 200) return none((did.startsWith('did:plc:') && unregistered(answer)) || unread(answer))
  const document = bodyAs(Document, answer)
  if (document?.id !== did) return none(unread(answer))
  const { alsoKnownAs, service } = document
  return { kind: 'document', did, handle: claimed(alsoKnownAs), pds: hostOf(did, service), answer }
}

const none = (reading: Reading): Found => ({ kind: 'none', reading })

function addressOf(directory: string, did: string): string | null {
  if (did.startsWith('did:plc:')) return under(directory, `/${encodeURIComponent(did)}`)
  const host = /^did:web:([A-Za-z0-9.-]+(?:%3A\d{1,5})?)$/.exec(did)?.[1]
  return host === undefined ? null : `https://${decodeURIComponent(host)}/.well-known/did.json`
}

const Words = z.object({ message: z.string() })

/** A revoked ("tombstoned") DID is 404 from the server and 410 in its specification; only the words tell why. */
function unregistered(answer: Answer): Reading | false {
  const words = answer.status === 404 || answer.status === 410 ? bodyAs(Words, answer) : null
  if (words === null) return false
  if (words.message.startsWith('DID not available')) return reading(absent('deleted'), 'DID not available', answer)
  return words.message.startsWith('DID not registered')
    ? reading(absent('not_found'), 'DID not registered', answer)
    : false
}

/** Only the first `at://` name that can be a handle counts (atproto.com/specs/did). */
function claimed(names: readonly string[]): string | null {
  for (const name of names) {
    const handle = name.startsWith('at://') ? handleOf(name.slice('at://'.length)) : null
    if (handle !== null) return handle
  }
  return null
}

/** Of a name that DNS can hold; faults and evidence repeat it. */
const LONGEST_NAME = 253

function hostOf(did: string, services: z.infer<typeof Document>['service']): string | null {
  const pds = services.find(
    ({ id, type }) => (id === '#atproto_pds' || id === `${did}#atproto_pds`) && type === 'AtprotoPersonalDataServer',
  )
  const endpoint = typeof pds?.serviceEndpoint === 'string' ? URL.parse(pds.serviceEndpoint) : null
  if (endpoint === null || endpoint.hostname.length > LONGEST_NAME) return null
  return /^https?:$/.test(endpoint.protocol) ? endpoint.origin : null
}
