import { describe, expect, test } from 'vitest'
import type { PlatformKind } from '../../src/platforms/kind.ts'
import { readPack, type Format, type Pack } from '../../src/platforms/rules.ts'
import {
  connected,
  excluded,
  hasPacks,
  kindsOf,
  packText,
  sees,
  type Said,
  type SherlockRule,
  type WhatsMyNameRule,
} from '../support/packs.ts'

const GONE = ['not_found', 'deactivated', 'suspended', 'deleted']

const titled = (title: string): string =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body>Wait</body></html>`

/** Whatever a rule says, these are no answers. */
const WALLS: readonly Said[] = [
  { status: 200, text: titled('Just a moment...') },
  { status: 403, text: titled('Attention Required! | Cloudflare') },
  { status: 404, text: titled('Access Denied') },
  { status: 202, headers: { 'x-amzn-waf-action': 'challenge' } },
  { status: 200, text: titled('Log in') },
  { status: 302, headers: { location: '/accounts/login/?next=/' } },
  { status: 301, headers: { location: 'https://consent.example.org/m?continue=x' } },
  ...[401, 403, 407, 408, 425, 429, 451, 500, 502, 503, 999].map((status) => ({ status, text: 'No' })),
]

const NEITHER: Said = { status: 418, text: 'Short and stout' }

/** The same answer as a wall would give it: with a status that is never about an account. */
const walledUp = (said: Said): readonly Said[] => [403, 429, 503, 999].map((status) => ({ ...said, status }))

async function expectEach(kind: PlatformKind, what: string, all: readonly Said[]): Promise<void> {
  const platform = connected(kind)
  for (const said of all) {
    const { verdict } = await sees(platform, kind.defaults.controls.known[0]!, said)
    expect([kind.title, said, verdict.kind]).toEqual([kind.title, said, what])
    if (verdict.kind === 'absent') expect(verdict.because).toEqual(GONE)
  }
}

/** How many for each reason, told without its details. */
const counted = (remarks: Pack['refused']): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(remarks, ({ reason }) => reason.split(': ')[0]!)].map(([reason, some]) => [reason, some.length]),
  )

function whatsMyNameRules(): ReadonlyMap<string, WhatsMyNameRule> {
  const { sites } = JSON.parse(packText('whatsmyname')) as { sites: readonly WhatsMyNameRule[] }
  return new Map(sites.map((rule) => [rule.name, rule]))
}

function sherlockRules(): ReadonlyMap<string, SherlockRule> {
  const rules = Object.entries(JSON.parse(packText('sherlock')) as Record<string, SherlockRule>)
  return new Map(rules.filter(([name]) => name !== '$schema'))
}

describe.skipIf(!hasPacks)('the WhatsMyName pack', () => {
  const rules = hasPacks ? whatsMyNameRules() : new Map<string, WhatsMyNameRule>()
  const kinds = hasPacks ? kindsOf(packText('whatsmyname'), 'whatsmyname') : []

  const elsewhere = (status: number): Record<string, string> =>
    status >= 300 && status < 400 ? { location: 'https://elsewhere.example/' } : {}
  const present = ({ e_code, e_string }: WhatsMyNameRule): Said => ({
    status: e_code,
    text: `… ${e_string} …`,
    headers: elsewhere(e_code),
  })
  const absent = ({ m_code, m_string }: WhatsMyNameRule): Said => ({
    status: m_code,
    text: m_code === 204 ? '' : `… ${m_string} …`,
    headers: elsewhere(m_code),
  })

  test('every rule tells present, absent, walls and neither apart', async () => {
    for (const kind of kinds) {
      const rule = rules.get(kind.title)!
      await expectEach(kind, 'present', [present(rule)])
      await expectEach(kind, 'absent', [absent(rule)])
      await expectEach(kind, 'inconclusive', [...WALLS, NEITHER, ...walledUp(absent(rule)), ...walledUp(present(rule))])
    }
  })

  test('an answer with both texts, with half a marker or with the texts exchanged says nothing', async () => {
    for (const kind of kinds) {
      const { e_code, e_string, m_code, m_string } = rules.get(kind.title)!
      const texts = `${e_string} ${m_string}`
      if (e_code === m_code) await expectEach(kind, 'inconclusive', [{ status: m_code, text: texts }])
      else if (e_string !== '' && m_string !== '' && !e_string.includes(m_string) && !m_string.includes(e_string))
        await expectEach(kind, 'inconclusive', [
          { status: e_code, text: m_string },
          { status: m_code, text: e_string },
        ])
      if (m_string !== '') await expectEach(kind, 'inconclusive', [{ status: m_code, text: '?' }])
    }
  })

  test('every rule asks its own address for the name, and nothing else', async () => {
    for (const kind of kinds) {
      const { uri_check, post_body } = rules.get(kind.title)!
      const [known] = kind.defaults.controls.known
      const { request } = await sees(connected(kind), known!, NEITHER)
      const named = (text: string): string => text.replaceAll('{account}', encodeURIComponent(known!))
      expect(request.url).toBe(named(uri_check).replace(/#.*/, ''))
      expect(request.body).toBe(post_body === undefined ? undefined : named(post_body))
      expect(request.method).toBe(post_body === undefined ? 'GET' : 'POST')
      expect(Object.keys(request.headers ?? {})).not.toContain('user-agent')
    }
  })

  test('a redirect that keeps the name, or only the page, is no absence', async () => {
    const redirecting = kinds.filter((kind) => [301, 302, 308].includes(rules.get(kind.title)!.m_code))
    expect(redirecting.length).toBeGreaterThan(50)
    for (const kind of redirecting) {
      const platform = connected(kind)
      const [known] = kind.defaults.controls.known
      const { request } = await sees(platform, known!, NEITHER)
      const { m_code, m_string } = rules.get(kind.title)!
      for (const location of [request.url.replace('https://', 'http://www.'), `/people/@${known!.toUpperCase()}`]) {
        await expectEach(kind, 'inconclusive', [{ status: m_code, text: m_string, headers: { location } }])
      }
    }
  })

  test('characters that a site does not take are taken out of names', () => {
    const stripping = kinds.filter((kind) => rules.get(kind.title)!.strip_bad_char === '.')
    expect(stripping.map((kind) => kind.handle('jane.doe'))).toEqual(stripping.map(() => 'janedoe'))
    expect(stripping.length).toBeGreaterThan(10)
  })
})

describe.skipIf(!hasPacks)('the Sherlock pack', () => {
  const rules = hasPacks ? sherlockRules() : new Map<string, SherlockRule>()
  const kinds = hasPacks ? kindsOf(packText('sherlock'), 'sherlock') : []
  const flagged = hasPacks ? readPack(packText('sherlock'), null, './sherlock.json').flagged : []

  const of = (type: SherlockRule['errorType']): readonly PlatformKind[] =>
    kinds.filter((kind) => rules.get(kind.title)!.errorType === type)
  const messages = ({ errorMsg }: SherlockRule): readonly string[] =>
    typeof errorMsg === 'string' ? [errorMsg] : (errorMsg ?? [])
  const nameOf = (kind: PlatformKind): string => kind.defaults.controls.known[0]!
  const redirectTo = (location: string): Said => ({ status: 302, headers: { location } })

  test('walls, redirects elsewhere and unknown refusals say nothing, whatever the rule', async () => {
    for (const kind of kinds) {
      await expectEach(kind, 'inconclusive', [
        ...WALLS,
        NEITHER,
        redirectTo('https://elsewhere.example/'),
        { status: 200 },
      ])
    }
  })

  test('by status: a success is present, 404, 410 and its own code are absent, other failures nothing', async () => {
    for (const kind of of('status_code')) {
      const { errorCode } = rules.get(kind.title)!
      await expectEach(kind, 'present', [{ status: 200, text: 'A page' }])
      await expectEach(kind, 'absent', [
        { status: 404 },
        { status: 410 },
        ...(errorCode === undefined ? [] : [{ status: errorCode }]),
      ])
      await expectEach(
        kind,
        'inconclusive',
        [400, 402, 405, 422].map((status) => ({ status, text: 'A page' })),
      )
    }
  })

  test('by message: present needs a success without any of them, absent one that is about the name', async () => {
    for (const kind of of('message')) {
      const rule = rules.get(kind.title)!
      const platform = connected(kind)
      await expectEach(kind, 'present', [{ status: 200, text: 'A page' }])
      await expectEach(
        kind,
        'inconclusive',
        [404, 500].map((status) => ({ status, text: 'A page' })),
      )
      const verdicts = await Promise.all(
        messages(rule).map((text) => sees(platform, nameOf(kind), { status: 200, text: `… ${text} …` })),
      )
      const said = verdicts.map(({ verdict }) => verdict.kind)
      expect([kind.title, said]).toEqual([kind.title, expect.arrayContaining(['absent'])])
      expect([kind.title, said]).not.toEqual([kind.title, expect.arrayContaining(['present'])])
      await expectEach(
        kind,
        'inconclusive',
        messages(rule).flatMap((text) => walledUp({ status: 200, text })),
      )
    }
  })

  test('by redirect: a success is present, 404 or being sent to its page for missing names is absent', async () => {
    const only404 = new Set(flagged.flatMap(({ name, reason }) => (reason.startsWith('only 404') ? [name] : [])))
    expect(only404.size).toBe(6)
    for (const kind of of('response_url')) {
      const { errorUrl } = rules.get(kind.title)!
      const page = errorUrl!.replaceAll('{}', nameOf(kind)).replace(/=$/, `=${nameOf(kind)}`)
      await expectEach(kind, 'present', [{ status: 200, text: 'A page' }])
      await expectEach(kind, 'absent', [{ status: 404 }])
      const sent = redirectTo(page.startsWith('http') ? page : `https://${page}`)
      await expectEach(kind, only404.has(kind.title) ? 'inconclusive' : 'absent', [sent])
    }
  })

  test('every rule asks its own address for the name', async () => {
    for (const kind of kinds) {
      const { url, urlProbe } = rules.get(kind.title)!
      const { request } = await sees(connected(kind), nameOf(kind), NEITHER)
      expect(request.url).toBe((urlProbe ?? url).replaceAll('{}', encodeURIComponent(nameOf(kind))))
    }
  })

  test('every rule that Sherlock leaves out itself is flagged, unless it is refused', () => {
    const { refused } = readPack(packText('sherlock'), null, './sherlock.json')
    const seen = new Set([
      ...refused.map(({ name }) => name),
      ...flagged.flatMap(({ name, reason }) => (reason.startsWith('left out by Sherlock') ? [name] : [])),
    ])
    expect(excluded().filter((name) => !seen.has(name))).toEqual([])
  })

  test('no look of it is trusted far', () => {
    expect(new Set(kinds.flatMap((kind) => kind.looks.map(({ trust }) => trust)))).toEqual(new Set(['low']))
  })
})

describe.skipIf(!hasPacks)('both packs', () => {
  const formats: readonly Format[] = ['whatsmyname', 'sherlock']

  test('what is taken and refused, and why', () => {
    const startedAt = performance.now()
    const packs = formats.map((format) => readPack(packText(format), null, './pack.json'))
    const took = performance.now() - startedAt
    const counts = packs.map(({ name, sites, refused, flagged }) => ({
      name,
      taken: sites.length,
      refused: counted(refused),
      flagged: counted(flagged),
    }))
    // eslint-disable-next-line no-console -- how many, why and how fast is what readers of the log want to know
    console.log(`both packs read in ${Math.round(took)} ms`, JSON.stringify(counts, null, 2))
    expect(counts).toEqual([
      {
        name: 'WhatsMyName',
        taken: 680,
        refused: {
          'switched off in the pack itself': 1,
          'status that cannot be told from being blocked': 13,
          'too short a marker': 9,
          'no usable absent marker': 2,
          'copy in an archive, which stays when the account goes': 9,
          'placeholder twice meaning two things': 1,
          'status that never comes': 1,
        },
        flagged: {
          'only its status tells that a name is missing': 40,
          'often behind a wall': 59,
          'adult site': 38,
          'little but its status tells that a name exists': 9,
          'header that is not sent': 12,
          'asked of somebody else': 10,
        },
      },
      {
        name: 'Sherlock',
        taken: 460,
        refused: {
          'expression that does not translate': 9,
          'marker that tells of a fault or a wall, not of an absence': 5,
          'too short a marker': 4,
          'marker that stands in every page': 1,
          'known names that it could not have itself': 1,
          'header that asks another host than the address': 1,
        },
        flagged: {
          'marker that tells of a fault or a wall, not of an absence': 8,
          'adult site': 19,
          'asked of somebody else': 5,
          'only 404 tells that a name is missing': 6,
          'header that is not sent': 2,
          'left out by Sherlock itself for false positives': 36,
        },
      },
    ])
  })

  test('the licence, the source and the file go with every site', () => {
    const [wmn, sherlock] = formats.map((format) => connected(kindsOf(packText(format), format)[0]!).source)
    expect(wmn).toEqual({
      name: 'WhatsMyName',
      licence: 'CC BY-SA 4.0, Copyright (C) 2015-2026 Micah Hoffman',
      file: './wmn-data.json',
    })
    expect(sherlock).toMatchObject({ name: 'Sherlock', licence: 'MIT, Copyright (c) 2019 Sherlock Project' })
  })

  test('every site is addressed by small letters and digits, once', () => {
    for (const format of formats) {
      const ids = kindsOf(packText(format), format).map(({ id }) => id)
      expect(ids.filter((id) => !/^[a-z0-9]+$/.test(id))).toEqual([])
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  test('known names and made-up ones are handles, profiles are addresses, and no address is trusted', () => {
    for (const kind of formats.flatMap((format) => kindsOf(packText(format), format))) {
      const { controls, profileUrl, origins } = connected(kind)
      const nobodies = Array.from({ length: 8 }, () => controls.nobody(''))
      expect(controls.known.length).toBeGreaterThan(0)
      for (const handle of [...controls.known, ...nobodies]) {
        expect([kind.id, kind.handle(handle)]).toEqual([kind.id, handle])
        expect(URL.canParse(profileUrl(handle))).toBe(true)
      }
      expect(new Set(nobodies).size).toBe(nobodies.length)
      expect(nobodies.every(({ length }) => length >= 8)).toBe(true)
      expect(origins).toEqual([])
    }
  })
})
