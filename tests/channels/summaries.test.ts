import { expect, test } from 'vitest'
import type { Summed } from '../../src/core/notice.ts'
import { changeNamed, fakeNotice, noMail, numbered } from '../support/notices.ts'
import { fakeAccount } from '../support/platform.ts'
import { cases as apprise } from './cases/apprise.ts'
import { cases as discord } from './cases/discord.ts'
import { cases as matrix } from './cases/matrix.ts'
import { cases as mattermost } from './cases/mattermost.ts'
import { cases as ntfy } from './cases/ntfy.ts'
import { cases as teams } from './cases/teams.ts'
import { cases as telegram } from './cases/telegram.ts'

const HOSTILE = '👩🏽‍🚀**_"\\<!channel>@everyone https://evil.example'.repeat(100)

/** Forty accounts that were renamed while nobody was to be told, some of them back. */
const summary: readonly Summed[] = Array.from({ length: 40 }, (_, index) => ({
  transition: numbered(
    changeNamed(index % 2 === 0 ? 'outage.opened' : 'outage.closed', `${index}${HOSTILE}`, {
      because: ['renamed'],
      now: { id: HOSTILE, handle: `everyone${HOSTILE}`, displayName: HOSTILE },
    }),
    index + 1,
  ),
  account: fakeAccount('jack', { name: `${index}${HOSTILE}` }),
}))

test.each(
  [apprise, discord, matrix, mattermost, ntfy, teams, telegram].map((cases) => [cases.kind.id, cases] as const),
)(
  '%s keeps within its limits in a summary of many, with names that are hostile',
  async (_, { kind, target, read, isInjected }) => {
    const notice = fakeNotice(changeNamed('outage.closed'), { summary, link: null, profileUrl: null })
    const shown: string[] = []
    const channel = kind.connect(kind.target.parse(target('https://target.example', 'some-secret')))
    await channel.deliver(
      notice,
      ({ url, method = 'GET', json, headers = {} }) => {
        const { pathname, search } = new URL(url)
        const sent = { id: '', path: pathname + search, headers, raw: JSON.stringify(json), body: {}, fault: null }
        shown.push(...read({ ...sent, method }).shown)
        return Promise.resolve({ url, status: 200, headers: {}, text: '{}', digest: () => '' })
      },
      0,
      noMail,
    )
    expect(shown.join('\n')).toContain('Summary: ')
    expect(shown.filter((text) => isInjected?.(text))).toEqual([])
  },
)
