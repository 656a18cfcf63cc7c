import { describe, expect, test } from 'vitest'
import type { Answer, Ask, AskRequest } from '../../src/core/answer.ts'
import type { Asked, Look, Platform, Reading } from '../../src/core/platform.ts'
import type { Reason, Verdict } from '../../src/core/verdict.ts'
import { platformKinds } from '../../src/platforms/index.ts'
import { createLooker } from '../../src/run/looker.ts'
import { systemClock } from '../../src/io/clock.ts'
import { answer } from '../support/recorded.ts'
import { silentLog } from '../support/platform.ts'
import { allCases, connectedBy, files } from './all.ts'
import type { Answers, Case } from './cases/kind.ts'
import { TROUBLES, WRONG_KINDS } from './trouble.ts'

test('every platform has its cases', () => {
  const missing = files.flatMap((file, at) =>
    file.status === 'rejected' ? [[platformKinds[at]?.id, file.reason]] : [],
  )
  expect(missing).toEqual([])
  expect(allCases.map(({ kind }) => kind.id)).toEqual(platformKinds.map(({ id }) => id))
})

type Heard = { readonly request: AskRequest; readonly answer: Answer }

/** Asks through a fake network; `change` may put something else in the place of the n-th answer. */
async function hear(
  look: Look,
  asked: readonly Asked[],
  answers: Answers,
  change: (truth: Answer, nth: number) => Answer | Error = (truth) => truth,
) {
  const heard: Heard[] = []
  const ask: Ask = async (request) => {
    const given = await Promise.resolve(change(answers(request), heard.length))
    if (given instanceof Error) {
      heard.push({ request, answer: answer(request.url, 0, '') })
      throw given
    }
    heard.push({ request, answer: given })
    return given
  }
  return { heard, readings: await look.ask(asked, ask) }
}

const verdictsOf = (readings: readonly Reading[]): Verdict[] => readings.map(({ verdict }) => verdict)

/** What the looker makes of it, faults and all; a look that breaks is a defect that `log` hears of. */
async function seen(platform: Platform, look: Look, asked: readonly Asked[], ask: Ask): Promise<Verdict[]> {
  const broken: unknown[] = []
  const log = { ...silentLog, error: (_verb: string, fields?: object) => void broken.push(fields) }
  const glances = await createLooker({ clock: systemClock, log })(platform, look, asked, ask)
  expect(broken).toEqual([])
  return glances.map(({ verdict }) => verdict)
}

const key = (set: readonly Reason[]): string => [...set].sort().join(' or ')
const isConclusive = ({ says }: Case): boolean => says.some(({ kind }) => kind !== 'inconclusive')

describe.each(allCases.map((cases) => [cases.kind.id, cases] as const))(
  '%s',
  (_id, { kind, settings, cases, ...more }) => {
    const connect = (): Platform => connectedBy({ kind, settings, cases, ...more })
    const platform = connect()
    const lookOf = (name: string): Look => platform.looks.find((look) => look.name === name)!

    /** Some looks remember what they heard: every case begins afresh. */
    const fresh = (name: string): Look => connect().looks.find((look) => look.name === name)!

    test.each(cases.map((one) => [one.look, one.name, one] as const))('%s sees %s', async (name, _what, one) => {
      const { heard, readings } = await hear(fresh(name), one.asked, one.answers)
      expect(verdictsOf(readings)).toEqual(one.says)
      expect(heard.length).toBeLessThanOrEqual(lookOf(name).requests)
      for (const { verdict, answer: shown } of readings) if (verdict.kind === 'absent') expect(shown).not.toBeNull()
    })

    test.each(platform.looks.map((look) => [look.name, look] as const))(
      'every set of reasons that %s can tell has a case, and no other is told',
      (name, look) => {
        const own = cases.filter((one) => one.look === name)
        const told = own.flatMap(({ says }) =>
          says.flatMap((said) => (said.kind === 'absent' ? [key(said.because)] : [])),
        )
        expect([...new Set(told)].sort()).toEqual([...new Set(look.says.map(key))].sort())
        expect(own.some(({ says }) => says.some(({ kind: said }) => said === 'present'))).toBe(true)
        expect(own.some(({ says }) => says.some(({ kind: said }) => said === 'inconclusive'))).toBe(true)
      },
    )

    test.each(TROUBLES.map((trouble) => [trouble.name, trouble] as const))(
      '%s says nothing',
      async (_name, trouble) => {
        for (const one of cases.filter(isConclusive)) {
          const verdicts = await seen(platform, fresh(one.look), one.asked, async (request) => {
            const given = trouble.instead(answerOf(one, request))
            return given instanceof Error ? Promise.reject(given) : Promise.resolve(given)
          })
          expect([one.look, one.name, verdicts]).toEqual([
            one.look,
            one.name,
            one.asked.map(() => ({ kind: 'inconclusive', because: trouble.because })),
          ])
        }
      },
    )

    test('trouble with any one of several requests makes nobody absent who was not', async () => {
      for (const one of cases.filter(isConclusive)) {
        const { heard } = await hear(fresh(one.look), one.asked, one.answers)
        for (const [nth, trouble] of heard.flatMap((_, at) => TROUBLES.map((each) => [at, each] as const))) {
          let count = 0
          const verdicts = await seen(platform, fresh(one.look), one.asked, (request) => {
            const truth = answerOf(one, request)
            const given = count++ === nth ? trouble.instead(truth) : truth
            return given instanceof Error ? Promise.reject(given) : Promise.resolve(given)
          })
          for (const [at, verdict] of verdicts.entries()) {
            const where = `${one.look}, ${one.name}: ${trouble.name} at request ${nth + 1}`
            if (verdict.kind === 'absent') expect([where, one.says[at]!.kind]).toEqual([where, 'absent'])
          }
        }
      }
    })

    test('bodies of a wrong kind and cut ones say nothing, unless they are the evidence', async () => {
      for (const one of cases.filter(isConclusive)) {
        const damages = [...WRONG_KINDS, 'half', 'quarter'].map((damage) => [damage, damaged(damage)] as const)
        for (const [damage, change] of damages) {
          const { heard, readings } = await hear(fresh(one.look), one.asked, one.answers, change)
          const gone = more.isGone(heard.map(({ answer: given }) => given))
          for (const { kind: said } of verdictsOf(readings)) {
            const where = `${one.look}, ${one.name}: ${damage}`
            expect([where, said]).toEqual([where, said === 'absent' && gone ? 'absent' : 'inconclusive'])
          }
        }
      }
    })

    test('an absence has its evidence in the answers', async () => {
      for (const one of cases) {
        const { heard, readings } = await hear(fresh(one.look), one.asked, one.answers)
        if (!verdictsOf(readings).some(({ kind: said }) => said === 'absent')) continue
        expect([one.name, more.isGone(heard.map(({ answer: given }) => given))]).toEqual([one.name, true])
      }
    })

    test('no secret is in an address, and only the platform itself is asked', async () => {
      const secrets = Object.entries(kind.settings.shape).flatMap(([name, field]) =>
        isSecret(field) && typeof settings[name] === 'string' ? [settings[name]] : [],
      )
      for (const one of cases) {
        const { heard } = await hear(fresh(one.look), one.asked, one.answers).catch(() => ({ heard: [] }))
        for (const { request } of heard) {
          for (const secret of secrets) expect(request.url).not.toContain(secret)
          expect(request.url).toMatch(/^https?:\/\//)
        }
      }
    })

    test('a credential that no header can hold is refused before it is used', () => {
      for (const [name, field] of Object.entries(kind.settings.shape)) {
        if (!isSecret(field)) continue
        for (const text of ['two\r\nlines', 'schlüssel', '']) {
          const parsed = kind.settings.safeParse({ ...settings, [name]: text })
          expect([name, text, parsed.error?.issues.map(({ path }) => path)]).toEqual([name, text, [[name]]])
        }
      }
    })

    test('handles are kept as they were kept, and the controls are handles', () => {
      const homes = [...new Set([...platform.controls.known, more.handle(0)].map((handle) => platform.homeOf(handle)))]
      const nobodies = homes.flatMap((home) => [platform.controls.nobody(home), platform.controls.nobody(home)])
      for (const handle of [
        ...platform.controls.known,
        ...nobodies,
        ...Array.from({ length: 20 }, (_, n) => more.handle(n)),
      ]) {
        expect(kind.handle(handle)).toBe(handle)
      }
      expect(new Set(nobodies).size).toBe(nobodies.length)
      for (const nonsense of [
        '',
        ' ',
        '\n',
        'a\u0000b',
        '../../etc/passwd',
        'x'.repeat(10_000),
        '{account}',
        '%',
        '😀'.repeat(200),
      ]) {
        const kept = kind.handle(nonsense)
        if (kept !== null) expect(kind.handle(kept)).toBe(kept)
      }
    })

    test.each(platform.looks.map((look) => [look.name] as const))('the controls of %s answer right', async (name) => {
      const look = fresh(name)
      const [first = more.handle(0)] = platform.controls.known
      const home = platform.homeOf(first)
      const known = [...platform.controls.known.filter((handle) => platform.homeOf(handle) === home)]
      const nobody = platform.controls.nobody(home)
      const asked = [...known, nobody].map((handle) => ({ handle, id: null }))
      const answers = more.world((handle) => known.includes(handle))
      const readings: Verdict[] = []
      for (let at = 0; at < asked.length; at += look.takes) {
        readings.push(...verdictsOf((await hear(look, asked.slice(at, at + look.takes), answers)).readings))
      }
      expect(readings.slice(0, -1).map(({ kind: said }) => said)).toContain('present')
      expect(readings.at(-1)?.kind).toBe(look.says.length === 0 ? 'inconclusive' : 'absent')
    })

    test.each(platform.looks.map((look) => [look.name] as const))(
      '%s takes as many accounts as it says, and answers in order',
      async (name) => {
        const look = fresh(name)
        const home = platform.homeOf(more.handle(0))
        const handles = Array.from({ length: look.takes * 40 }, (_, n) => more.handle(n))
          .filter((handle) => platform.homeOf(handle) === home)
          .slice(0, look.takes)
        expect(handles).toHaveLength(look.takes)
        const isThere = (handle: string): boolean => handles.findIndex((one) => one === handle) % 3 !== 1
        const asked = handles.map((handle) => ({ handle, id: null }))
        const { heard, readings } = await hear(look, asked, more.world(isThere))
        expect(heard.length).toBeLessThanOrEqual(look.requests)
        for (const [at, { verdict }] of readings.entries()) {
          const expected = isThere(handles[at]!) ? 'present' : look.says.length === 0 ? 'inconclusive' : 'absent'
          expect([handles[at], verdict.kind]).toEqual([handles[at], expected])
          if (verdict.kind === 'present') expect(verdict.identity.handle.toLowerCase()).toBe(handles[at]!.toLowerCase())
        }
      },
    )

    /** A damaged earlier answer may lead to a question that the case does not know; to that nobody answers. */
    function answerOf(one: Case, request: AskRequest): Answer {
      try {
        return one.answers(request)
      } catch {
        return answer(request.url, 404, '', { 'content-type': 'text/plain' })
      }
    }
  },
)

function damaged(damage: string): (truth: Answer) => Answer {
  const share = damage === 'half' ? 0.5 : damage === 'quarter' ? 0.25 : null
  return (truth) =>
    share === null
      ? answer(truth.url, truth.status, damage, truth.headers)
      : answer(truth.url, truth.status, truth.text.slice(0, Math.floor(truth.text.length * share)), truth.headers)
}

/** Whether a field of the settings is marked as a credential, through its wrappers. */
function isSecret(field: unknown): boolean {
  const { meta, unwrap } = field as { meta(): { secret?: boolean } | undefined; unwrap?: () => unknown }
  if (meta.call(field)?.secret === true) return true
  return unwrap === undefined ? false : isSecret(unwrap.call(field))
}
