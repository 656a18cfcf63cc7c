import type { Answer } from '../../../../src/core/answer.ts'
import { inconclusive, present, type Verdict } from '../../../../src/core/verdict.ts'
import { answer, hasRecorded, recorded } from '../../../support/recorded.ts'
import { nodeinfoAt } from '../fediverse.ts'
import type { Answers, Case } from '../kind.ts'
import { hidden, html, nobody, one, unreadable } from './server.ts'

const gotosocial = (name: string, state: string): Answers => {
  const page = recorded(`gotosocial/profile-html/${state}`)
  const parts = JSON.parse(page.text) as { title: string; text: string }
  const shown = html(page.status, parts.title, `<body><main>${parts.text}</main></body>`)
  const said = new Map<string, Answer>([
    [
      `http://social.test/.well-known/webfinger?resource=acct:${name}@social.test`,
      recorded(`gotosocial/webfinger/${state}`),
    ],
    [`http://social.test/users/${name}`, recorded(`gotosocial/actor-unsigned/${state}`)],
    [`http://social.test/@${name}`, answer(page.url, ...shown)],
  ])
  return (request) => said.get(request.url) ?? nodeinfoAt('http://social.test', 'gotosocial', request)
}

const onSocial = (name: string, isPinned = true) => ({
  handle: `${name}@social.test`,
  id: isPinned ? `http://social.test/users/${name}` : null,
})
const seenOnSocial = (name: string): Verdict =>
  present({ id: `http://social.test/users/${name}`, handle: `${name}@social.test` })

const gotosocials = (): readonly Case[] => [
  one(
    'lookup',
    'an account on GoToSocial',
    onSocial('alice', false),
    gotosocial('alice', 'active'),
    seenOnSocial('alice'),
  ),
  one(
    'lookup',
    'an account on GoToSocial that cannot log in',
    onSocial('dave'),
    gotosocial('dave', 'disabled-by-admin'),
    seenOnSocial('dave'),
  ),
  one(
    'lookup',
    'an account on GoToSocial that has moved',
    onSocial('mover'),
    gotosocial('mover', 'moved-away'),
    seenOnSocial('mover'),
  ),
  one(
    'lookup',
    'a suspended account on GoToSocial',
    onSocial('susan'),
    gotosocial('susan', 'suspended-by-admin'),
    hidden,
  ),
  one('lookup', 'a deleted account on GoToSocial', onSocial('dele'), gotosocial('dele', 'deleted-by-user'), hidden),
  one('lookup', 'nobody on GoToSocial', onSocial('nobody', false), gotosocial('nobody', 'never-existed'), hidden),
  one('webfinger', 'an account on GoToSocial', onSocial('alice'), gotosocial('alice', 'active'), seenOnSocial('alice')),
  one(
    'webfinger',
    'a suspended account on GoToSocial',
    onSocial('susan'),
    gotosocial('susan', 'suspended-by-admin'),
    inconclusive('blocked'),
  ),
  one(
    'webfinger',
    'a deleted account on GoToSocial',
    onSocial('dele'),
    gotosocial('dele', 'deleted-by-user'),
    inconclusive('blocked'),
  ),
  one('webfinger', 'nobody on GoToSocial', onSocial('nobody', false), gotosocial('nobody', 'never-existed'), nobody),
  one(
    'webfinger',
    'a limit of GoToSocial',
    onSocial('alice'),
    () => recorded('gotosocial/webfinger/rate-limited.refused'),
    inconclusive('rate_limited'),
  ),
  one(
    'webfinger',
    'the wrong host of GoToSocial',
    onSocial('alice'),
    () => recorded('gotosocial/webfinger/foreign-domain'),
    unreadable,
  ),
  one(
    'actor',
    'an account on GoToSocial',
    onSocial('alice'),
    gotosocial('alice', 'active'),
    inconclusive('unauthorized'),
  ),
  one('actor', 'nobody on GoToSocial', onSocial('nobody'), gotosocial('nobody', 'never-existed'), nobody),
]

const snac = (name: string, state: string): Answers => {
  const base = 'http://snac.test'
  const said = new Map([
    [`${base}/.well-known/webfinger?resource=acct:${name}@snac.test`, 'webfinger'],
    [`${base}/api/v1/accounts/lookup?acct=${name}`, 'api-v1-accounts-lookup'],
  ])
  return ({ url, headers = {} }) => {
    const folder = said.get(url)
    if (folder !== undefined) return recorded(`snac2/${folder}/${state}`)
    if (url === `${base}/.well-known/nodeinfo`) return recorded('snac2/well-known-nodeinfo/ok')
    if (url === `${base}/nodeinfo_2_0`) return recorded('snac2/nodeinfo/ok')
    if (url !== `${base}/${name}`) throw new Error(`nobody recorded ${url}`)
    return recorded(headers['accept'] === 'text/html' ? `snac2/profile-html/${state}` : `snac2/actor/${state}`)
  }
}

const onSnac = (name: string, isPinned = true) => ({
  handle: `${name}@snac.test`,
  id: isPinned ? `http://snac.test/${name}` : null,
})

const snacs = (): readonly Case[] =>
  (['active', 'mover'] as const)
    .flatMap((name) => {
      const state = name === 'active' ? 'active' : 'moved-away'
      const seen = { id: `http://snac.test/${name}`, handle: `${name}@snac.test` }
      return [
        one(
          'lookup',
          `snac’s account ${state}`,
          onSnac(name, false),
          snac(name, state),
          present({ ...seen, displayName: name, followers: 0 }),
        ),
        one('webfinger', `snac’s account ${state}`, onSnac(name), snac(name, state), present(seen)),
        one(
          'actor',
          `snac’s account ${state}`,
          onSnac(name),
          snac(name, state),
          present({ ...seen, displayName: name }),
        ),
      ]
    })
    .concat(
      ['lookup', 'webfinger', 'actor'].flatMap((look) => [
        one(look, 'a deleted account on snac', onSnac('deleted'), snac('deleted', 'deleted'), nobody),
        one(look, 'nobody on snac', onSnac('nobody', false), snac('nobody', 'never-existed'), nobody),
      ]),
    )

export const recordedCases: readonly Case[] = hasRecorded ? [...gotosocials(), ...snacs()] : []
