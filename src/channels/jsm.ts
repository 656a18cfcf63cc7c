import { z } from 'zod'
import { matterOf, type Matter } from '../core/matter.ts'
import { links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { createEachApart } from './apart.ts'
import { base, BaseUrl } from './base.ts'
import { fit } from './fitted.ts'
import { defineChannel } from './kind.ts'
import { HOUR, unpagedOutcome } from './outcome.ts'
import { plainFacts, plainTitle, sourceOf } from './plain.ts'
import { post } from './post.ts'

const Target = z.strictObject({
  key: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'a key without spaces')
    .meta({ secret: true, description: 'API key of an API integration in Jira Service Management operations' }),
  api: BaseUrl.optional().meta({ preset: 'https://api.atlassian.com', description: 'Base address' }),
})

/** Jira Service Management's limits in characters, which are Opsgenie's; UTF-16 units are on the safe side. */
const MESSAGE = 130
const DESCRIPTION = 15_000
const NOTE = 25_000
const ENTITY = 512

/**
 * Jira Service Management operations, integration events
 * (developer.atlassian.com/cloud/jira/service-desk-ops/rest/v1/api-group-integration-events). One alert for each
 * outage, loss of sight and storm, known by its alias: creating an open one again only counts it, closing one that is
 * not there does nothing. Everything is answered 202 and done later.
 */
export const jsm = defineChannel({
  id: 'jsm',
  single: true,
  target: Target,
  connect({ key, api = 'https://api.atlassian.com' }) {
    const alerts = `${base(api)}/jsm/ops/integration/v2/alerts`
    const headers = { authorization: `GenieKey ${key}` }
    const eachApart = createEachApart()
    return {
      id: 'jsm',
      expiresMs: HOUR,
      alerts: true,
      deliver: (all, ask, now) =>
        eachApart(all, async (notice) => {
          const matter = matterOf(notice.transition)
          const verb = verbOf(notice, matter)
          const url = verb === 'create' ? alerts : `${alerts}/${matter.id}/${verb}?identifierType=alias`
          const json = verb === 'create' ? alertOf(notice, matter) : { source: SOURCE, note: noteOf(notice) }
          return unpagedOutcome(await post(ask, { url, json, headers }), now)
        }),
    }
  },
})

const SOURCE = 'Rollcall'

/** Who was never told of an outage is not woken for one that is over: closing what is not open tells nobody. */
function verbOf({ transition }: Notice, { endedAt }: Matter): 'create' | 'acknowledge' | 'close' | 'notes' {
  if (endedAt !== null) return 'close'
  if (transition.name === 'outage.acknowledged') return 'acknowledge'
  return transition.name === 'outage.annotated' ? 'notes' : 'create'
}

/** HTML is shown as such in a message, so that names must be tame. */
function alertOf(notice: Notice, { id, kind }: Matter) {
  const { transition } = notice
  return {
    message: plainTitle(notice, MESSAGE),
    alias: id,
    description: plainFacts(notice, DESCRIPTION),
    priority: kind === 'sight' ? 'P3' : notice.account?.important === true ? 'P1' : 'P2',
    entity: sourceOf(notice, ENTITY),
    source: SOURCE,
    tags: ['rollcall', kind],
    details: { transition: transition.name, ...Object.fromEntries(addressesOf(notice)) },
    note: noteOf(notice),
  }
}

/** All details together may take 8,000; half an address leads nowhere. */
const LONGEST_LINK = 2_000

const addressesOf = (notice: Notice): readonly (readonly [string, string])[] =>
  links(notice).flatMap(({ label, url }) => (url.length > LONGEST_LINK ? [] : [[label.toLowerCase(), url]]))

const noteOf = (notice: Notice): string => fit(`${plainTitle(notice, MESSAGE)}\n${plainFacts(notice, NOTE)}`, NOTE)
