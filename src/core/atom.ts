import { stableId, uuidOf } from './id.ts'
import { iso } from './json.ts'
import { markupText } from './markup.ts'
import { headline, lines, links, plainLine } from './message.ts'
import type { Notice } from './notice.ts'
import type { Transition } from './transition.ts'

/** A feed before it is written as XML. */
export type AtomFeed = {
  /** What sets it apart from all other feeds, for ever. */
  readonly key: string
  readonly title: string
  /** Where it is read, and the page it is of; may be relative to where it was read. */
  readonly self: string
  readonly home: string
  /** Epoch ms; when it was last another one. */
  readonly updated: number
  /** Newest first. */
  readonly entries: readonly Notice[]
}

/** What people follow: whom they cannot reach is the desk's own affair, and a list that grew is no news. */
export const isFollowed = (transition: Transition): boolean => !('subscriber' in transition) && !('again' in transition)

/** An Atom feed (RFC 4287). Ids and instants stay what they are however often an entry is read. */
export const atomOf = ({ key, title, self, home, updated, entries }: AtomFeed): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
    `<id>${urn(stableId('fed', 0, key))}</id>`,
    `<title>${text(title)}</title>`,
    `<updated>${iso(updated)}</updated>`,
    '<author><name>Rollcall</name></author>',
    '<generator>Rollcall</generator>',
    link('self', self, 'application/atom+xml'),
    link('alternate', home, 'text/html'),
    ...entries.map(entryOf),
    '</feed>',
    '',
  ].join('\n')

function entryOf(notice: Notice): string {
  const { transition } = notice
  const at = iso(transition.at)
  return [
    '<entry>',
    `<id>${urn(transition.id)}</id>`,
    `<title>${text(headline(notice))}</title>`,
    `<published>${at}</published><updated>${at}</updated>`,
    `<category term="${text(transition.name)}"/>`,
    ...(notice.link === null ? [] : [link('alternate', notice.link, 'text/html')]),
    ...links(notice).flatMap(({ label, url }) => (label === 'Profile' ? [link('related', url, 'text/html')] : [])),
    `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${lines(notice).map(paragraph).join('')}</div></content>`,
    '</entry>',
  ].join('\n')
}

const paragraph = (line: Parameters<typeof plainLine>[0]): string => `<p>${text(plainLine(line))}</p>`

const text = (words: string): string => markupText(words, 4_000)

const urn = (id: string): string => `urn:uuid:${uuidOf(id)}`

const link = (rel: string, href: string, type: string): string =>
  `<link rel="${rel}" type="${type}" href="${text(href)}"/>`
