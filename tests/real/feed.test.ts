import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { accountAt, downFor, NOW, stillOpen } from '../support/desk.ts'
import { openDoors } from '../support/doors.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const HOSTILE = ']]><b onload="x">\uFFFF\u202e&amp;'

test.skipIf(!existsSync(executablePath))('a browser’s own parser reads the feed and the badge', async () => {
  const { desk, ask, url } = await openDoors()
  const account = accountAt('x:evil', { name: HOSTILE })
  desk.watch(account, downFor({ ...stillOpen, account: 'x:evil' }))
  desk.happen({ name: 'outage.opened', at: NOW, outage: { ...stillOpen, account: 'x:evil', disputed: [HOSTILE] } })
  const feed = String((await ask('/feed.atom')).body)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    const read = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'application/xml')
      const names = [...parsed.querySelectorAll('*')].map(({ localName }) => localName)
      return { names, title: parsed.querySelector('entry > title')?.textContent }
    }, feed)
    expect(read.names).not.toContain('parsererror')
    expect(read.names).not.toContain('b')
    expect(read.title).toBe(']]><b onload="x">&amp; (x:evil) is gone: not found or deactivated')

    await page.goto(`${url}/badge/x:evil.svg`)
    await page.getByRole('img', { name: ']]><b onload="x">&amp; (x:evil): gone 18 m' }).waitFor()
    const box = await page.locator('svg').boundingBox()
    for (const word of await page.locator('text').all()) {
      const { x = 0, width = Infinity } = (await word.boundingBox()) ?? {}
      expect(x + width).toBeLessThanOrEqual((box?.x ?? 0) + (box?.width ?? 0))
    }
  } finally {
    await browser.close()
  }
})
