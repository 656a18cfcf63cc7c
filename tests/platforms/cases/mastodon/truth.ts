import { inconclusive, present } from '../../../../src/core/verdict.ts'
import { answer } from '../../../support/recorded.ts'
import type { Answers, Case } from '../kind.ts'
import {
  accountOf,
  hidden,
  html,
  identityOf,
  json,
  needsToken,
  notFound,
  one,
  suspended,
  unreadable,
  type Said,
} from './server.ts'

const TRUTH = 'https://truthsocial.com/api/v1/accounts/'
const truthful = { handle: 'alice@truthsocial.com', id: null }
const numbered = { handle: 'alice@truthsocial.com', id: '109' }

const truth = (lookup: Said, byNumber: Said = lookup): Answers => {
  const said = new Map([
    [`${TRUTH}lookup?acct=alice`, lookup],
    [`${TRUTH}109`, byNumber],
  ])
  return ({ url }) => {
    const found = said.get(url)
    if (found === undefined) throw new Error(`nobody asks Truth Social for ${url}`)
    return answer(url, ...found)
  }
}

const onTruth = { ...accountOf('alice', 'truthsocial.com'), uri: undefined }
const truthfulIdentity = { ...identityOf('alice', 'truthsocial.com'), id: '109' }

export const truthCases: readonly Case[] = [
  one('lookup', 'an account on Truth Social', truthful, truth(json(200, onTruth)), present(truthfulIdentity)),
  one('lookup', 'nobody on Truth Social', truthful, truth(notFound), hidden),
  one(
    'lookup',
    'a suspended account on Truth Social',
    numbered,
    truth(json(200, { ...onTruth, suspended: true })),
    suspended,
  ),
  one(
    'lookup',
    'a stranger on Truth Social who is suspended',
    { ...numbered, id: '110' },
    truth(json(200, { ...onTruth, suspended: true })),
    present(truthfulIdentity),
  ),
  one(
    'lookup',
    'a stranger on a name of Truth Social',
    { ...numbered, id: '110' },
    truth(json(200, onTruth)),
    present(truthfulIdentity),
  ),
  one(
    'actor',
    'an account on Truth Social under another name',
    numbered,
    truth(json(200, onTruth), json(200, { ...onTruth, username: 'bob', acct: 'bob' })),
    present({ ...truthfulIdentity, handle: 'bob@truthsocial.com' }),
  ),
  one('lookup', 'Truth Social when it is closed', numbered, truth(needsToken), inconclusive('unauthorized')),
  one(
    'lookup',
    'Cloudflare before Truth Social',
    numbered,
    truth(html(403, 'Just a moment...', '<body></body>')),
    inconclusive('blocked'),
  ),
  one('webfinger', 'that Truth Social is closed to other servers', numbered, truth(notFound), inconclusive('blocked')),
  one('actor', 'an account on Truth Social', numbered, truth(json(200, onTruth)), present(truthfulIdentity)),
  one(
    'actor',
    'an account on Truth Social that is not pinned yet',
    truthful,
    truth(json(200, onTruth)),
    present(truthfulIdentity),
  ),
  one('actor', 'nobody on Truth Social', numbered, truth(json(200, onTruth), notFound), hidden),
  one(
    'actor',
    'another account on Truth Social',
    numbered,
    truth(json(200, onTruth), json(200, { ...onTruth, id: '110' })),
    unreadable,
  ),
]
