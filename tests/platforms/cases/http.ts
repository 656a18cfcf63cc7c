import type { Answer } from '../../../src/core/answer.ts'
import { absent, inconclusive, present } from '../../../src/core/verdict.ts'
import { http } from '../../../src/platforms/http.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, PlatformCases } from './kind.ts'

const HOST = 'https://forum.test'

const page = (title: string, body: string): string =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><main>${body}</main></body></html>`

const card = page('Alice', '<p>Member</p><div data-user-card="alice">Alice</div>')
const missing = page('Forum', '<p>The Forum</p><h1>No such member</h1>')

const there = (url: string): Answer => answer(url, 200, card)
const gone = (url: string): Answer => answer(url, 404, missing)

const says =
  (status: number, text: string, headers: Record<string, string> = {}): Answers =>
  ({ url }) =>
    answer(url, status, text, headers)

const settings = {
  url: `${HOST}/u/{account}`,
  present: { status: 200, text: 'data-user-card' },
  absent: [
    { status: 404, text: 'No such member' },
    { status: [302, 303], redirect: '/members' },
  ],
  blocked: { text: 'Please verify' },
}

const asked = [{ handle: 'alice', id: null }]
const here = present({ id: null, handle: 'alice' })
const nowhere = absent('not_found', 'deactivated', 'suspended', 'deleted')

export const cases: PlatformCases = {
  kind: { ...http, defaults: { ...http.defaults, controls: { known: ['admin'] } } },
  settings,
  cases: [
    { name: 'a member', answers: says(200, card), says: [here] },
    { name: 'nobody', answers: says(404, missing), says: [nowhere] },
    { name: 'nobody, by being sent to the list', answers: says(302, '', { location: '/members' }), says: [nowhere] },
    {
      name: 'nobody, by being sent to the list in full',
      answers: says(303, '', { location: `${HOST}/members/?missing=alice` }),
      says: [nowhere],
    },
    {
      name: 'its own page for machines',
      answers: says(200, page('Hold on', 'Please verify')),
      says: [inconclusive('blocked')],
    },
    {
      name: 'its own page for machines, though a marker stands in it',
      answers: says(404, `${missing} Please verify`),
      says: [inconclusive('blocked')],
    },
    { name: 'neither marker', answers: says(404, page('Oops', 'Not here')), says: [inconclusive('unreadable')] },
    { name: 'the words without the status', answers: says(200, missing), says: [inconclusive('unreadable')] },
    { name: 'the status without the words', answers: says(404, ''), says: [inconclusive('unreadable')] },
    {
      name: 'a redirect to another page',
      answers: says(302, '', { location: '/welcome' }),
      says: [inconclusive('blocked')],
    },
  ].map((one) => ({ ...one, look: 'page', asked })),
  isGone: (answers) =>
    answers.some(
      ({ status, text, headers }) =>
        (status === 404 && text.includes('No such member')) || headers['location']?.includes('/members') === true,
    ),
  world:
    (has) =>
    ({ url }) => {
      const [, name] = /^https:\/\/forum\.test\/u\/([^/?#]+)$/.exec(url) ?? []
      if (name === undefined) throw new Error(`the forum has no ${url}`)
      return has(decodeURIComponent(name)) ? there(url) : gone(url)
    },
  handle: (n) => `member_${n}`,
}
