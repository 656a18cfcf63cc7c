import { expect, test } from 'vitest'
import { telegram } from '../../src/platforms/telegram.ts'
import { answer } from '../support/recorded.ts'
import { cases } from './cases/telegram.ts'

const [look] = telegram.connect(telegram.settings.parse(cases.settings), telegram.defaults).looks

const read = async (text: string, handle = 'durov') => {
  const [reading] = await look!.ask([{ handle, id: null }], ({ url }) => Promise.resolve(answer(url, 200, text)))
  return reading!.verdict
}

test.each([
  ['@durov', 'durov'],
  ['Durov', 'Durov'],
  ['a_b_1', 'a_b_1'],
  ['abcd', 'abcd'],
  ['a'.repeat(32), 'a'.repeat(32)],
  ['abc', null],
  ['a'.repeat(33), null],
  ['1abc', null],
  ['_abc', null],
  ['abcd_', null],
  ['ab__cd', null],
  ['ab-cd', null],
  ['abcd\n', null],
])('%j is kept as %j', (raw, handle) => expect(telegram.handle(raw)).toBe(handle))

const card = (description: string, title = 'Pavel Durov') => `<!DOCTYPE html><html><head>
<meta property="og:title" content="${title}"><meta property="og:description" content="${description}">
<meta property="al:ios:url" content="tg://resolve?domain=durov"></head><body>
<div class="tgme_page_title"><span>${title}</span></div><div class="tgme_page_extra">@durov</div>
<div class="tgme_page_description">${description}</div></body></html>`

test('a page without a telling title is known by where it leads', async () => {
  expect(await read(card('Hello'))).toMatchObject({ kind: 'present', identity: { handle: 'durov' } })
})

test.each([
  'noindex, nofollow',
  'If you have Telegram, you can contact @durov right away.',
  'tg://resolve?domain=somebody_else',
  'Telegram: Contact @durov',
])('words of their own (%s) change nothing', async (words) => {
  expect(await read(card(words))).toMatchObject({ kind: 'present', identity: { handle: 'durov' } })
})

test('marks without an end are read in one go', async () => {
  // Read from each of them to the end it would take minutes; the test's own deadline tells.
  const marks = [
    'class="tgme_page_extra">',
    '<meta property="og:title" content="',
    '<title>Telegram: ',
    'property="al:ios:url" content="tg://resolve?domain=',
  ]
  for (const mark of marks) {
    const endless = `<!doctype html><html>${mark.repeat(40_000)}</html>`
    expect(await read(endless)).toEqual({ kind: 'inconclusive', because: 'unreadable' })
  }
})

test('names and audiences far larger than there are leave nothing behind', async () => {
  expect(await read(card('', 'x'.repeat(100_000)))).toEqual({
    kind: 'present',
    identity: { id: null, handle: 'durov' },
  })
  const crowded = card('').replace('>@durov<', `>${'9'.repeat(20)} subscribers<`)
  expect(await read(crowded)).toMatchObject({ kind: 'present', identity: { displayName: 'Pavel Durov' } })
  expect(await read(crowded)).not.toHaveProperty('identity.followers')
})
