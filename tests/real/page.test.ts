import axe from 'axe-core'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accountOf, closedOf, outageOf } from '../support/live-json.ts'
import { startLiveServer, type LiveServer, type LiveServerParts } from '../support/live-server.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const isThere = existsSync(executablePath)
if (!isThere)
  console.warn(`The page was not tested: there is no browser at ${executablePath} (CHROMIUM names another).`)

const QUIET = ['disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking']
const FLAGS = [...QUIET, 'no-sandbox', 'disable-component-update', 'disable-sync'].map((flag) => `--${flag}`)
const HOSTILE = '<img src=x onerror="document.title=`owned`">\u202eevil\u2066'

describe.skipIf(!isThere)('the page in a real browser', () => {
  let browser: Browser
  let root: string
  const started: { stop(): unknown }[] = []

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'rollcall-web-'))
    await build({ logLevel: 'silent', build: { outDir: root, emptyOutDir: true } })
    browser = await chromium.launch({ executablePath, args: FLAGS })
  })
  afterEach(async () => {
    for (const one of started.splice(0).reverse()) await one.stop()
  })
  afterAll(async () => {
    await browser.close()
    await rm(root, { recursive: true })
  })

  /** A server with somebody in every state, and a page on it that writes down whatever goes wrong. */
  async function open(parts: LiveServerParts & { empty?: boolean; dark?: boolean; width?: number } = {}) {
    const live = await startLiveServer({ root, ...parts })
    if (parts.empty !== true) populate(live)
    const context = await browser.newContext({
      colorScheme: parts.dark === true ? 'dark' : 'light',
      reducedMotion: 'reduce',
      viewport: { width: parts.width ?? 1280, height: 800 },
    })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (fault) => faults.push(fault.message))
    page.on('console', (line) => {
      if (line.type() === 'error') faults.push(line.text())
    })
    started.push({
      async stop() {
        await context.close()
        await live.stop()
      },
    })
    await page.goto(live.url)
    return { live, page, faults }
  }

  const group = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name} `) })
  const card = (page: Page, account: string) => page.getByRole('article', { name: account })
  const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()

  /** What axe finds that keeps people out. */
  async function barriers(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
    )
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  test('shows who is down, in doubt, out of sight and up', async () => {
    const { page, faults } = await open()
    await seen(page, '1 account is down')
    for (const [name, account] of [
      ['Down', 'x:down'],
      ['In doubt', 'x:doubted'],
      ['Cannot see', 'y:blind'],
      ['Up', 'y:up'],
    ] as const) {
      expect(await group(page, name).innerText()).toContain(account)
    }
    const down = await card(page, 'x:down').innerText()
    for (const words of ['gone: not found or deactivated', '41.7 million followers', 'Acknowledge']) {
      expect(down.toLowerCase()).toContain(words.toLowerCase())
    }
    expect(await group(page, 'In doubt').innerText()).toMatch(/api: gone: not found/i)
    expect(await group(page, 'Cannot see').innerText()).toMatch(/cannot see: rate limited/i)
    await seen(page, '11 m 00 s (10 m 55 s to 11 m 05 s)')
    expect(await page.title()).toBe('(1 down) Rollcall')
    expect(faults).toEqual([])
  })

  test('counts up', async () => {
    const { page } = await open()
    const read = () => card(page, 'x:down').getByRole('timer').innerText()
    await card(page, 'x:down').waitFor()
    const first = await read()
    expect(first).toMatch(/^11 m \d\d s\s+10 m 55 s to 11 m \d\d s$/)
    await expect.poll(read, { timeout: 10_000 }).not.toBe(first)
  })

  test('takes a transition in as it happens, and says it aloud', async () => {
    const { live, page } = await open()
    await card(page, 'x:down').waitFor()
    const outage = outageOf('y:up', { name: 'Fresh', because: ['suspended'] })
    live.announce({ name: 'outage.opened', account: 'y:up', outage })
    await card(page, 'y:up').waitFor()
    expect(await page.getByRole('log').innerText()).toBe('Fresh, y:up, is down: suspended.')
    await expect.poll(() => page.title()).toBe('(2 down) Rollcall')
    live.announce({ name: 'outage.closed', account: 'y:up', outage: closedOf(outage, 3) })
    await expect.poll(() => page.title()).toBe('(1 down) Rollcall')
    await seen(page, '3 m 00 s (2 m 55 s to 3 m 05 s)')
  })

  test('says that the connection is lost, and recovers without losing news', async () => {
    const { live, page } = await open()
    await card(page, 'x:down').waitFor()
    live.state.refusal = 1012
    live.cut()
    await page.getByRole('alert').getByText('What you see is as of').waitFor()
    expect(await page.title()).toBe('(?) Rollcall')
    live.announce({ name: 'outage.opened', account: 'y:up', outage: outageOf('y:up') })
    live.state.refusal = null
    await card(page, 'y:up').waitFor()
    expect(await page.getByText('What you see is as of').count()).toBe(0)
  })

  test('says whose notices are held, until when and why', async () => {
    const { live, page, faults } = await open()
    await card(page, 'x:down').waitFor()
    expect(await page.getByTitle('Notices about it are held').count()).toBe(0)
    const [from, until] = ['2026-01-01T10:00:00.000Z', '2026-01-01T12:00:00.000Z']
    const said = { from, until, because: HOSTILE, by: 'ops' }
    live.quiets.push({ id: 'qui_1', kind: 'account', of: 'x:down', accounts: 1, ...said })
    await seen(page, 'Notices about x:down are held')
    await seen(page, 'says ops')
    expect(await card(page, 'x:down').getByTitle('Notices about it are held').innerText()).toBe('quiet')
    expect(await page.getByTitle('Notices about it are held').count()).toBe(1)
    expect(await barriers(page)).toEqual([])
    expect(faults).toEqual([])
    live.quiets.length = 0
    await expect.poll(() => page.getByText('are held').count(), { timeout: 15_000 }).toBe(0)
  })

  test('says that a whole platform is out of sight', async () => {
    const { live, page } = await open()
    await card(page, 'x:down').waitFor()
    live.announce({
      name: 'sight.lost',
      scope: 'platform',
      platform: 'x',
      since: new Date().toISOString(),
      because: ['blocked'],
    })
    await page.getByRole('alert').getByText('We cannot see x (3 accounts): blocked').waitFor()
    expect(await card(page, 'x:down').innerText()).toContain('the end may be missed')
    live.announce({ name: 'sight.regained', scope: 'platform', platform: 'x', since: '', because: [] })
    await expect.poll(() => page.getByText('We cannot see').count()).toBe(0)
  })

  test('says in whole sentences what does not count, and what makes an outage less than certain', async () => {
    const { live, page, faults } = await open()
    await card(page, 'x:down').waitFor()
    const why = {
      words: 'on its page',
      home: 'forum.example.org',
      because: 'a name that cannot exist answers as present',
    }
    live.platforms.push({ platform: 'forum', sight: null, troubledSince: null, unreadable: [why] })
    const said = { from: ago(60), until: ago(-7_200), because: 'moving house', by: 'ops' }
    live.quiets.push({ id: 'qui_1', kind: 'tag', of: 'vip', accounts: 1, ...said })
    const outage = outageOf('y:up', { trust: 'low', disputed: ['api', 'host'], unseen: true })
    live.announce({ name: 'outage.opened', account: 'y:up', outage })
    await seen(page, 'What forum says on its page at forum.example.org does not count:')
    await seen(page, 'a name that cannot exist answers as present.')
    await seen(page, 'Notices about 1 account tagged vip are held')
    expect(await card(page, 'y:up').getByRole('list').first().innerText()).toMatch(
      /^Answers of low trust, easily wrong\nDisputed: api and host say present\nNever seen present/i,
    )
    expect(await barriers(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('shows a hostile name as text', async () => {
    const { live, page, faults } = await open({ empty: true })
    live.accounts.set(
      'x:evil',
      accountOf('x:evil', { belief: 'down', name: HOSTILE, identity: identityOf(HOSTILE), tags: [HOSTILE] }),
    )
    live.announce({ name: 'outage.opened', account: 'x:evil', outage: outageOf('x:evil', { name: HOSTILE }) })
    await page.reload()
    await card(page, 'x:evil').waitFor()
    live.announce({
      name: 'outage.closed',
      account: 'x:evil',
      outage: closedOf(outageOf('x:evil', { name: HOSTILE }), 2),
    })
    await page.getByRole('table').waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.getByRole('table').innerText()).toContain('<img src=x onerror="document.title=`owned`">evil')
    expect(await page.getByRole('table').innerText()).not.toMatch(/[\u202e\u2066]/)
    expect(await page.title()).toBe('Rollcall')
    expect(faults).toEqual([])
  })

  test('acknowledges, and shows who has it', async () => {
    const { live, page } = await open()
    await card(page, 'x:down').getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByLabel('Note for the others').fill('calling them')
    await page.keyboard.press('Enter')
    await card(page, 'x:down').getByText('Acknowledged by desk').waitFor()
    expect(live.outages.get('out_xdown')?.acknowledged).toMatchObject({ note: 'calling them' })
  })

  test('accepts who is there instead, after it was read who that is, and shows it', async () => {
    const { live, page, faults } = await open()
    const now = { id: '99', handle: HOSTILE }
    const outage = outageOf('y:up', { because: ['taken_over'], now })
    live.accounts.set('y:up', accountOf('y:up', { belief: 'down', because: ['taken_over'], outage: outage.id }))
    live.announce({ name: 'outage.opened', account: 'y:up', outage })
    expect(
      await card(page, 'x:down')
        .getByRole('button', { name: /^Accept/ })
        .count(),
    ).toBe(0)
    await card(page, 'y:up')
      .getByRole('button', { name: /^Accept…/ })
      .click()
    await card(page, 'y:up').getByText('From now on y:up is').waitFor()
    expect(await card(page, 'y:up').innerText()).toContain('@<img src=x onerror="document.title=`owned`">evil, id 99.')
    expect(await barriers(page)).toEqual([])
    live.outages.set(outage.id, { ...outage, now: { ...now, id: '100' } })
    await card(page, 'y:up').getByRole('button', { name: 'Accept', exact: true }).click()
    await card(page, 'y:up').getByRole('alert').getByText('There is nothing to accept.').waitFor()
    live.announce({ name: 'outage.changed', account: 'y:up', outage: { ...outage, now: { ...now, id: '100' } } })
    await card(page, 'y:up')
      .getByRole('button', { name: /^Accept…/ })
      .click()
    await card(page, 'y:up').getByText('id 100').waitFor()
    await card(page, 'y:up').getByRole('button', { name: 'Accept', exact: true }).click()
    await expect.poll(() => page.title()).toBe('(1 down) Rollcall')
    expect(await page.getByRole('table').innerText()).toContain('evil (id 100))')
    expect(await page.getByRole('log').innerText()).toContain('evil (id 100) from now on.')
    expect([await page.locator('img').count(), faults.filter((fault) => !fault.includes('409'))]).toEqual([0, []])
  })

  test('says so when a token may look but not act', async () => {
    const { page } = await open({ token: 'viewer', operator: 'operator' })
    await page.getByLabel('Token').fill('viewer')
    await page.keyboard.press('Enter')
    await card(page, 'x:down').getByRole('button', { name: 'Acknowledge' }).click()
    await page.keyboard.press('Enter')
    await seen(page, "Acknowledging takes an operator's token")
    expect(await page.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0)
  })

  test('asks for a token, keeps it in this tab, and asks again when it is wrong', async () => {
    const { page } = await open({ token: 'sesame' })
    await page.getByLabel('Token').fill('wrong')
    await page.keyboard.press('Enter')
    await seen(page, 'this tab has none that it takes')
    await page.getByLabel('Token').fill('sesame')
    await page.keyboard.press('Enter')
    await card(page, 'x:down').waitFor()
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([1, 0, ''])
    await page.reload()
    await card(page, 'x:down').waitFor()
  })

  test('helps where nobody is on the roll', async () => {
    const { page } = await open({ empty: true })
    await seen(page, 'Nobody is on the roll yet')
  })

  test('stays small with a large roll, and finds everybody in it', async () => {
    const { live, page } = await open({ empty: true })
    for (let count = 0; count < 20_000; count++) live.accounts.set(`x:many${count}`, accountOf(`x:many${count}`))
    await page.reload()
    await seen(page, 'and 19,940 more; search to find them')
    expect(await page.locator('*').count()).toBeLessThan(1_500)
    await page.getByLabel('Find accounts').fill('many19999')
    await seen(page, 'x:many19999')
  })

  test.each([
    ['light', false, 1280],
    ['dark', true, 1280],
    ['on a phone', false, 360],
  ] as const)('keeps nobody out: %s', async (_, dark, width) => {
    const { page, faults } = await open({ dark, width })
    await card(page, 'x:down').waitFor()
    for (const summary of await page.locator('summary').all()) await summary.click()
    await card(page, 'x:down').getByRole('button', { name: 'Acknowledge' }).click()
    expect(await barriers(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(faults).toEqual([])
  })

  test('keeps nobody out who is asked for a token, or has lost the connection', async () => {
    const locked = await open({ token: 'sesame' })
    await locked.page.getByLabel('Token').waitFor()
    expect(await barriers(locked.page)).toEqual([])
    const { live, page } = await open()
    await card(page, 'x:down').waitFor()
    live.state.refusal = 1012
    live.cut()
    await page.getByText('What you see is as of').waitFor()
    expect(await barriers(page)).toEqual([])
  })
})

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()

const identityOf = (displayName: string) => ({ id: '1', handle: displayName, displayName, followers: 41_700_000 })

function populate(live: LiveServer): void {
  const outage = outageOf('x:down', {
    lastPresentAt: ago(663),
    firstAbsentAt: ago(658),
    lastAbsentAt: ago(3),
    duration: { estimateMs: 660_500, minMs: 655_000, maxMs: 663_000, coverage: 1 },
  })
  const looked = { vantage: 'home', askedAt: ago(2), answeredAt: ago(1) }
  live.outages.set(outage.id, outage)
  const over = closedOf(outageOf('y:up', { id: 'out_over' }), 11)
  live.outages.set(over.id, over)
  for (const account of [
    accountOf('x:down', { belief: 'down', outage: outage.id, because: outage.because, identity: identityOf('Down') }),
    accountOf('x:doubted', {
      belief: 'doubted',
      looks: [{ look: 'api', verdict: 'absent', because: ['not_found'], ...looked }],
    }),
    accountOf('y:blind', {
      blind: true,
      looks: [{ look: 'page', verdict: 'inconclusive', because: ['rate_limited'], ...looked }],
    }),
    accountOf('y:up', { important: true, tags: ['head-of-state'] }),
    accountOf('x:new', { belief: 'unknown', identity: null, lastSightingAt: null, looks: [] }),
  ]) {
    live.accounts.set(account.account, account)
  }
}
