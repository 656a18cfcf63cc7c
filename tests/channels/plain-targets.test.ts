import { expect, test } from 'vitest'
import { apprise } from '../../src/channels/apprise.ts'
import type { ChannelKind } from '../../src/channels/kind.ts'
import { mattermost } from '../../src/channels/mattermost.ts'
import { ntfy } from '../../src/channels/ntfy.ts'
import { teams } from '../../src/channels/teams.ts'
import type { AskRequest } from '../../src/core/answer.ts'
import type { Notice } from '../../src/core/notice.ts'
import { changeNamed, fakeNotice, noMail, numbered } from '../support/notices.ts'
import { fakeAccount } from '../support/platform.ts'

const opened = fakeNotice(changeNamed('outage.opened'))

async function sentBy(kind: ChannelKind, target: unknown, notice: Notice = opened): Promise<AskRequest> {
  const sent: AskRequest[] = []
  const channel = kind.connect(kind.target.parse(target))
  await channel.deliver(
    notice,
    (request) => {
      sent.push(request)
      return Promise.resolve({ url: '', status: 200, headers: {}, text: '', digest: () => '' })
    },
    0,
    noMail,
  )
  return sent[0]!
}

test('ntfy is told at the root of the server, where JSON is read', async () => {
  const { url, json, headers } = await sentBy(ntfy, { topic: 'desk', token: 'tk_1' })
  expect(url).toBe('https://ntfy.sh/')
  expect(headers).toEqual({ authorization: 'Bearer tk_1' })
  expect(json).toMatchObject({
    topic: 'desk',
    title: 'Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
    message: expect.stringContaining('Account: Donald J. Trump, x:realDonaldTrump, 41.7 million followers\n') as string,
    priority: 4,
    tags: ['rotating_light'],
    click: 'https://rollcall.example.org/#/outages/out_01',
    actions: [
      { action: 'view', label: 'Outage', url: 'https://rollcall.example.org/#/outages/out_01' },
      { action: 'view', label: 'Profile', url: 'https://x.com/realDonaldTrump' },
    ],
  })
})

test('ntfy without a token asks as anybody, and without links offers no buttons', async () => {
  const { headers, json } = await sentBy(ntfy, { topic: 'desk' }, { ...opened, link: null, profileUrl: null })
  expect(headers).toEqual({})
  expect(json).toMatchObject({ actions: [] })
  expect(json).not.toHaveProperty('click')
})

test('what ends a matter takes the place of what began it on ntfy, and a second try that of the first', async () => {
  const sequenceOf = async (notice: Notice) =>
    ((await sentBy(ntfy, { topic: 'desk' }, notice)).json as { sequence_id: string }).sequence_id
  const opening = await sequenceOf(opened)
  expect(await sequenceOf({ ...opened, id: 'ntc_02', late: true })).toBe(opening)
  for (const name of ['outage.closed', 'outage.retracted'] as const) {
    expect(await sequenceOf(fakeNotice(changeNamed(name), { id: 'ntc_02' }))).toBe(opening)
  }
  for (const name of ['outage.changed', 'outage.acknowledged', 'outage.annotated'] as const) {
    expect(await sequenceOf(fakeNotice(changeNamed(name), { id: 'ntc_02' }))).toBe('ntc_02')
  }
  expect(await sequenceOf({ ...opened, id: 'ntc_02', reminder: { number: 1, at: 0 } })).toBe('ntc_02')
  const summary = [{ transition: opened.transition, account: null }]
  expect(await sequenceOf({ ...opened, id: 'ntc_02', summary })).toBe('ntc_02')
})

test('a second storm of one platform does not quietly take the place of the first on ntfy', async () => {
  const storms = [0, 90_000].map((since) =>
    fakeNotice({ name: 'platform.troubled', at: since + 1, platform: 'x', since, accounts: ['x:jack'] }),
  )
  const sent = await Promise.all(storms.map(async (storm) => (await sentBy(ntfy, { topic: 'desk' }, storm)).json))
  expect(new Set(sent.map((json) => (json as { sequence_id: string }).sequence_id)).size).toBe(2)
})

test('ntfy reads no more than 8 KiB of JSON, however much of it is escapes and addresses', async () => {
  const address = `https://rollcall.example.org/${'a'.repeat(960)}`
  const account = fakeAccount('jack', { account: 'x:jack', name: '"'.repeat(100) })
  const summary = Array.from({ length: 20 }, (_, index) => ({
    transition: numbered(changeNamed('outage.opened', `${index}${'"'.repeat(100)}`)),
    account,
  }))
  const { json } = await sentBy(ntfy, { topic: 'desk' }, { ...opened, summary, link: address, profileUrl: address })
  const { message } = json as { message: string }
  expect(Buffer.byteLength(JSON.stringify(json))).toBeLessThanOrEqual(8_192)
  expect(message.length).toBeGreaterThan(1_000)
})

test('ntfy gives the reason of a refusal a number', async () => {
  const answer = { url: '', headers: {}, digest: () => '' }
  const says = (status: number, text: string) =>
    ntfy
      .connect(ntfy.target.parse({ topic: 'desk' }))
      .deliver(opened, () => Promise.resolve({ ...answer, status, text }), 0, noMail)
  expect(await says(403, '{"code":40301,"http":403,"error":"forbidden"}')).toEqual({
    kind: 'refused',
    reason: 'answered 403, ntfy code 40301',
  })
  expect(await says(403, 'words')).toEqual({ kind: 'refused', reason: 'answered 403' })
})

test.each([
  [ntfy, { topic: 'desk', url: 'https://ntfy.sh/?a=b' }],
  [ntfy, { topic: 'a/b' }],
  [apprise, { url: 'ftp://apprise.example.org' }],
  [apprise, { url: 'https://apprise.example.org/notify/x', tags: 'a,b' }],
  [teams, { url: 'logic.azure.com/workflows' }],
])('a target that cannot be one is refused: %#', (kind, target) => {
  expect(kind.target.safeParse(target).success).toBe(false)
})

test.each([
  ['outage.opened', true, 5],
  ['outage.opened', false, 4],
  ['outage.changed', true, 4],
  ['sight.lost', false, 3],
  ['outage.closed', true, 3],
  ['outage.acknowledged', true, 2],
] as const)('ntfy is as loud as the news: %s, important %s, %i', async (name, important, priority) => {
  const notice = fakeNotice(changeNamed(name), { account: fakeAccount('jack', { important }) })
  expect((await sentBy(ntfy, { topic: 'desk' }, notice)).json).toMatchObject({ priority })
})

test('Apprise is told what kind of news it is, and for whom', async () => {
  const url = 'https://apprise.example.org/notify/key'
  expect((await sentBy(apprise, { url, tags: ['desk', 'night shift'] })).json).toMatchObject({
    title: 'Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
    body: expect.stringMatching(/\nProfile: https:\/\/x\.com\/realDonaldTrump$/) as string,
    type: 'failure',
    format: 'text',
    tag: 'desk,night shift',
  })
  expect((await sentBy(apprise, { url, tags: 'desk' })).json).toMatchObject({ tag: 'desk' })
  expect((await sentBy(apprise, { url })).json).not.toHaveProperty('tag')
})

test('Mattermost shows the facts as fields', async () => {
  expect((await sentBy(mattermost, { url: 'https://chat.example.org/hooks/x' })).json).toMatchObject({
    text: '🔴 Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
    attachments: [
      {
        color: '#d92d20',
        fields: expect.arrayContaining([
          { title: 'Account', value: '`Donald J. Trump`, `x:realDonaldTrump`, 41.7 million followers', short: false },
        ]) as object,
      },
    ],
  })
})

test('a Teams card has a headline in the colour of the news', async () => {
  const { json } = await sentBy(teams, { url: 'https://x.logic.azure.com/workflows/1?sig=s' })
  const [card] = (json as { attachments: readonly { content: { body: readonly object[] } }[] }).attachments
  expect(card?.content.body.slice(0, 2)).toEqual([
    {
      type: 'Container',
      style: 'attention',
      bleed: true,
      items: [
        {
          type: 'RichTextBlock',
          inlines: [
            {
              type: 'TextRun',
              text: '🔴 Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
              weight: 'Bolder',
              size: 'Medium',
            },
          ],
        },
      ],
    },
    {
      type: 'RichTextBlock',
      inlines: [
        { type: 'TextRun', text: 'Account: ', weight: 'Bolder' },
        { type: 'TextRun', text: 'Donald J. Trump', fontType: 'Monospace' },
        { type: 'TextRun', text: ', ' },
        { type: 'TextRun', text: 'x:realDonaldTrump', fontType: 'Monospace' },
        { type: 'TextRun', text: ', 41.7 million followers' },
      ],
    },
  ])
})

test('a Teams card fills in nothing for a name', async () => {
  const account = fakeAccount('jack', { name: '{{DATE(2017-02-14T06:08:00Z)}} ${user}' })
  const { json } = await sentBy(teams, { url: 'https://x.logic.azure.com/workflows/1?sig=s' }, { ...opened, account })
  expect(JSON.stringify(json)).toContain('{\u200B{DATE')
  expect(JSON.stringify(json)).not.toMatch(/\{\{DATE|\$\{user/)
})
