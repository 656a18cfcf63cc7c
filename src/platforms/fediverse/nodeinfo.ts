import { z } from 'zod'
import { isWall, type Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import { bodyAs, fewOf, under, unread } from '../reading.ts'
import type { Reach } from './reach.ts'

/** What a server runs, in lower case; '' where it does not tell. */
export type Software =
  { readonly kind: 'software'; readonly name: string } | { readonly kind: 'unclear'; readonly reading: Reading }

/** Requests at the most: the list of descriptions, and the newest of them. */
export const NODEINFO_REQUESTS = 2

const Links = z.object({ links: fewOf(20, z.object({ rel: z.string(), href: z.string() })) })
const Nodeinfo = z.object({ software: z.object({ name: z.string().regex(/^[\w.-]{1,64}$/) }) })

const SCHEMA = 'http://nodeinfo.diaspora.software/ns/schema/'

/** Asks a server for its software (nodeinfo.diaspora.software). @param web base address */
export async function softwareAt(web: string, reach: Reach, ask: Ask): Promise<Software> {
  const list = await ask({ url: under(web, '/.well-known/nodeinfo'), headers: JSON_ONLY })
  if ((list.status === 404 || list.status === 410) && !isWall(list)) return { kind: 'software', name: '' }
  const links = list.status === 200 ? (bodyAs(Links, list)?.links ?? []) : []
  const [newest] = links.filter(({ rel }) => rel.startsWith(SCHEMA)).sort((a, b) => (a.rel < b.rel ? 1 : -1))
  const url = reach.at(newest?.href ?? '')
  if (url === null) return { kind: 'unclear', reading: unread(list) }
  const answer = await ask({ url, headers: JSON_ONLY })
  const found = answer.status === 200 ? bodyAs(Nodeinfo, answer) : null
  if (found === null) return { kind: 'unclear', reading: unread(answer) }
  return { kind: 'software', name: found.software.name.toLowerCase() }
}

const JSON_ONLY = { accept: 'application/json' }
