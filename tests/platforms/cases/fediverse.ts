import type { Answer, AskRequest } from '../../../src/core/answer.ts'
import { answer } from '../../support/recorded.ts'

/** What WebFinger says of an account with this actor. */
export const jrdOf = (name: string, host: string, uri: string): object => ({
  subject: `acct:${name}@${host}`,
  aliases: [uri],
  links: [
    {
      rel: 'http://webfinger.net/rel/profile-page',
      type: 'text/html',
      href: `${new URL(uri).origin}/@${name}`,
    },
    { rel: 'self', type: 'application/activity+json', href: uri },
    { rel: 'http://ostatus.org/schema/1.0/subscribe', template: `https://${host}/authorize_interaction?uri={uri}` },
  ],
})

export const actorOf = (name: string, uri: string): object => ({
  '@context': ['https://www.w3.org/ns/activitystreams'],
  id: uri,
  type: 'Person',
  preferredUsername: name,
  name: `Name of ${name}`,
  inbox: `${uri}/inbox`,
})

/** A server's description of itself, and the way there; any other request is a mistake of the test. */
export function nodeinfoAt(base: string, software: string, { url }: AskRequest): Answer {
  const schema = 'http://nodeinfo.diaspora.software/ns/schema/2.0'
  if (url === `${base}/.well-known/nodeinfo`) {
    return answer(url, 200, { links: [{ rel: schema, href: `${base}/nodeinfo/2.0` }] })
  }
  if (url !== `${base}/nodeinfo/2.0`) throw new Error(`nobody asks a server for ${url}`)
  return answer(url, 200, {
    version: '2.0',
    software: { name: software, version: '4.5.0' },
    protocols: ['activitypub'],
  })
}

/** WebFinger's own word for somebody who is gone: no body, or words, under the right status. */
export const isUnled = ({ url, status, text }: Answer): boolean =>
  url.includes('/.well-known/webfinger') && (status === 404 || status === 410) && /^\s*(?:$|"|\{|<h1>404)/.test(text)
