import { expect, test } from 'vitest'
import type { Answer, Ask } from '../../src/core/answer.ts'
import type { Reading } from '../../src/core/platform.ts'
import { answer } from '../support/recorded.ts'
import { allCases, connectedBy } from './all.ts'
import type { Case, PlatformCases } from './cases/kind.ts'
import { mutated, pick, seeded } from './mutate.ts'

/** `FUZZ=1000000 npx vitest run tests/platforms/fuzz.test.ts`; `SEED` plays one run again. */
const WANTED = Number(process.env['FUZZ'] ?? 40_000)
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32))
/** However slow the machine, the run ends. */
const BOX_MS = 300_000

type Arena = {
  readonly cases: PlatformCases
  readonly platform: ReturnType<typeof connectedBy>
  /** Every true answer that any of its cases gives. */
  readonly answers: readonly Answer[]
}

async function arenaOf(cases: PlatformCases): Promise<Arena> {
  const platform = connectedBy(cases)
  const answers: Answer[] = []
  for (const one of cases.cases) {
    await lookAt({ cases, platform, answers }, one, (truth) => {
      answers.push(truth)
      return truth
    })
  }
  return { cases, platform, answers }
}

async function lookAt({ platform }: Arena, one: Case, hear: (truth: Answer) => Answer): Promise<readonly Reading[]> {
  const ask: Ask = (request) => {
    const truth = truthOf(one, request)
    return Promise.resolve(hear(truth))
  }
  return platform.looks.find(({ name }) => name === one.look)!.ask(one.asked, ask)
}

/** A damaged earlier answer may lead to a question that the case does not know; to that nobody answers. */
function truthOf(one: Case, request: Parameters<Case['answers']>[0]): Answer {
  try {
    return one.answers(request)
  } catch {
    return answer(request.url, 404, '', { 'content-type': 'text/plain' })
  }
}

/** However a damaged number, key or space is written in JSON, what it says is what a reader of JSON makes of it. */
function plainly(said: Answer): Answer {
  try {
    return { ...said, text: JSON.stringify(JSON.parse(said.text)) }
  } catch {
    return { ...said, text: said.text.replace(/\s*([:,])\s*/g, '$1') }
  }
}

const isEvident = (cases: PlatformCases, heard: readonly Answer[]): boolean =>
  cases.isGone(heard) || cases.isGone(heard.map(plainly))

test(
  `${WANTED} damaged answers (seed ${SEED}) break no look, and make nobody absent without the evidence`,
  async () => {
    const arenas = await Promise.all(allCases.map(arenaOf))
    const random = seeded(SEED)
    const counts = { absent: 0, present: 0, inconclusive: 0 }
    const end = performance.now() + BOX_MS
    let done = 0
    while (done < WANTED && performance.now() < end) {
      const arena = arenas[done % arenas.length]!
      const one = pick(random, arena.cases.cases)
      const heard: Answer[] = []
      const readings = await lookAt(arena, one, (truth) => {
        const given = random() < 0.9 ? mutated(truth, arena.answers, random) : truth
        heard.push(given)
        return given
      }).catch((fault: unknown) => {
        throw new Error(`seed ${SEED}, answer ${done}: ${arena.platform.id} ${one.look} ${one.name}`, { cause: fault })
      })
      done++
      if (readings.length !== one.asked.length) throw new Error(`seed ${SEED}: ${readings.length} readings`)
      for (const { verdict } of readings) counts[verdict.kind]++
      if (!readings.some(({ verdict }) => verdict.kind === 'absent') || isEvident(arena.cases, heard)) continue
      const said = heard.map(({ url, status, text }) => ({ url, status, text: text.slice(0, 2_000) }))
      const which = readings.find(({ verdict }) => verdict.kind === 'absent')
      expect({
        seed: SEED,
        at: done,
        platform: arena.platform.id,
        look: one.look,
        case: one.name,
        which,
        said,
      }).toBeNull()
    }
    process.stdout.write(
      `${done} damaged answers over ${arenas.length} platforms, seed ${SEED}: ${JSON.stringify(counts)}\n`,
    )
    expect(counts.absent).toBeGreaterThan(done / 100)
  },
  BOX_MS + 30_000,
)
