import { describe, expect, test } from 'vitest'
import { judged, step, unknown, type Down, type Policy } from '../../src/core/belief.ts'
import { absent, present } from '../../src/core/verdict.ts'
import {
  ACCOUNT,
  ALICE,
  answered,
  asked,
  blind,
  from,
  gone,
  here,
  ONE_LOOK,
  play,
  POLICY,
  sightingAt,
  somebody,
  withConfirm,
} from '../support/belief-play.ts'

const told = (...args: Parameters<typeof play>): readonly string[] => play(...args).told
const repeated = (count: number, ...moments: ReturnType<typeof here>[]) =>
  Array.from({ length: count }, () => moments).flat()
const down = (...args: Parameters<typeof play>): Down => {
  const { belief } = play(...args)
  if (belief.kind !== 'down') throw new Error(`not down but ${belief.kind}`)
  return belief
}

/** Opened by both looks at the fourth second. */
const FALL = [here(), gone(), gone('host'), gone()]

describe('rule 1: blindness', () => {
  test('an inconclusive sighting leaves the very same belief and tells nothing', () => {
    for (const script of [[], [here()], [here(), gone()], FALL, [...FALL, here()]]) {
      const { belief } = play(script)
      const next = step(belief, sightingAt(1000, blind()), POLICY)
      expect(next.belief).toBe(belief)
      expect(next).toMatchObject({ transitions: [], spell: null })
    }
  })

  test('since when it is seen is when the first word on it came, whatever it was and whatever comes after', () => {
    expect(play([blind()]).belief.seenFrom).toBeNull()
    for (const script of [[here()], [gone()], FALL, [...FALL, here(), here('host'), here(), 300, here()]])
      expect(play([blind(), ...script]).belief.seenFrom).toBe(answered(2))
  })

  test('being blind neither confirms nor clears', () =>
    expect(
      told([here(), gone(), blind(), gone('host'), blind('host'), gone(), blind(), here(), blind(), here('host')]),
    ).toEqual(['outage.opened at 6', 'outage.closed at 10']))

  test('a gap longer than blindAfter is a blind spell, one as long is none', () => {
    expect(play([here(), 59, here()]).spells).toEqual([])
    expect(play([here(), 59.001, here()]).spells).toHaveLength(1)
    expect(play([here(), 60, blind(), 10, here()]).spells).toEqual([{ from: answered(1), to: answered(73) }])
  })

  test('an outage stays open while we are blind, and its coverage says so', () => {
    const { outage } = down([...FALL, 300, gone()])
    expect(outage.blindMs).toBe(301_000)
    expect(outage.lastAbsentAt).toBe(asked(305))
  })

  test('what was not seen within a doubt counts as unseen time of its outage', () =>
    expect(down([here(), gone(), 99, gone('host'), gone()]).outage.blindMs).toBe(100_000))

  test('what was not seen before the first absence, or after the end, does not', () => {
    expect(down([here(), 99, gone(), gone('host'), gone()]).outage.blindMs).toBe(0)
    const { transitions } = play([...FALL, here(), 200, here()])
    expect(transitions.at(-1)?.outage).toMatchObject({ blindMs: 0, firstPresentAt: answered(5) })
  })

  test('what was not seen after a present that turned out not to be the end does', () =>
    expect(down([...FALL, here(), 200, gone()]).outage.blindMs).toBe(201_000))
})

describe('rule 2: the first absence', () => {
  test.each([
    ['an account seen before', [here(), gone()]],
    ['an account never seen', [gone()]],
  ])('puts %s in doubt and tells nothing', (_, script) =>
    expect(play(script)).toMatchObject({ belief: { kind: 'doubted' }, told: [] }),
  )
})

describe('rule 3: the end of a doubt', () => {
  test('present by the look that had said absent takes it back', () =>
    expect(play([here(), gone(), here()])).toMatchObject({ belief: { kind: 'up' }, told: [] }))

  test('present by another look is a dispute and takes nothing back', () =>
    expect(play([here(), gone(), here('host')])).toMatchObject({ belief: { kind: 'doubted' }, told: [] }))

  test('after being taken back the count starts anew', () =>
    expect(told([here(), gone(), gone('host'), here(), gone(), gone('host')])).toEqual([]))

  test('either of two looks that had said absent takes it back for both', () =>
    expect(play([here(), gone(), gone('host'), here('host')])).toMatchObject({ belief: { kind: 'up' }, told: [] }))

  test('a dispute that becomes an absence agrees', () =>
    expect(told([here(), gone(), here('host'), gone(), gone('host')])).toEqual(['outage.opened at 5']))
})

describe('rule 4: an outage opens', () => {
  test('(a) when two looks agree in three sightings', () => expect(told(FALL)).toEqual(['outage.opened at 4']))

  test('not before the third sighting, though both agree', () =>
    expect(told([here(), gone(), gone('host')])).toEqual([]))

  test('not by one look alone while the other is blind, until it has said so six times', () => {
    const script = [here(), ...repeated(5, gone(), blind('host'))]
    expect(told(script)).toEqual([])
    expect(told([...script, gone()])).toEqual(['outage.opened at 12'])
  })

  test('(a) at the third sighting where the platform offers one look only', () =>
    expect(told([here(), gone(), gone(), gone()], ONE_LOOK)).toEqual(['outage.opened at 4']))

  test('of low trust alone at the sixth sighting, and it says so', () => {
    const weak: Policy = { ...ONE_LOOK, looks: { app: 'low' } }
    expect(told([here(), ...repeated(5, gone())], weak)).toEqual([])
    expect(told([here(), ...repeated(6, gone())], weak)).toEqual(['outage.opened at 7'])
    expect(play([here(), ...repeated(6, gone())], weak).transitions[0]?.outage.trust).toBe('low')
  })

  test('never by a look of low trust alone where the platform offers a better one', () => {
    const mixed: Policy = { ...POLICY, looks: { app: 'low', host: 'medium' } }
    expect(told([here(), ...repeated(30, gone(), blind('host'))], mixed)).toEqual([])
    expect(told([here(), gone(), gone('host'), gone()], mixed)).toEqual(['outage.opened at 4'])
  })

  test('with the trust of the best look that says so', () => {
    const mixed: Policy = { ...POLICY, looks: { app: 'low', host: 'medium' } }
    expect(play([here(), gone(), gone('host'), gone()], mixed).transitions[0]?.outage.trust).toBe('medium')
  })

  test('(a) by all looks that can say absent; one that never does is not waited for', () => {
    const silent: Policy = { ...POLICY, looks: { app: 'high' } }
    expect(told([here(), gone(), blind('host'), gone(), gone()], silent)).toEqual(['outage.opened at 5'])
  })

  test('not by a look whose controls stay unclear, which does not hold the others back either', () => {
    const unclear: Policy = { ...POLICY, controlsRightAt: { app: Infinity } }
    expect(told([here(), ...repeated(20, gone('host'), blind())], unclear)).toEqual([])
    const script = [here(), ...repeated(5, gone(), gone('host'))]
    expect(told(script, unclear)).toEqual([])
    expect(told([...script, gone()], unclear)).toEqual(['outage.opened at 12'])
  })

  test('(b) at the third sighting by one look where one is asked for', () =>
    expect(told([here(), gone(), gone(), gone()], withConfirm({ looks: 1 }))).toEqual(['outage.opened at 4']))

  test('names the looks that say absent, and what in their answers decided', () => {
    const evidence = { status: 400, headers: {}, marker: 'AccountDeactivated', excerpt: null, digest: null }
    const sightings = [here(), gone(), gone('host'), gone()].map((moment, second) => sightingAt(second, moment))
    const belief = sightings.reduce(
      (before, seen) => step(before, seen.look === 'host' ? { ...seen, evidence } : seen, POLICY).belief,
      unknown(),
    )
    expect(belief).toMatchObject({
      outage: {
        answers: [
          { look: 'app', marker: null },
          { look: 'host', marker: 'AccountDeactivated' },
        ],
      },
    })
  })

  test('never on a bare absence in dispute, however often', () =>
    expect(told([here(), ...repeated(50, gone(), here('host'))])).toEqual([]))

  test('never on a bare absence in dispute, though the look that disputes cannot speak for hours', () =>
    expect(
      told([here(), gone(), here('host'), ...Array.from({ length: 50 }, () => [gone(), 300, blind('host')]).flat()]),
    ).toEqual([]))

  test('never on a bare absence in dispute, though two looks agree', () => {
    const three = {
      ...POLICY,
      looks: { app: 'high', host: 'high', page: 'high' } as const,
      controlsRightAt: { ...POLICY.controlsRightAt, page: 1e15 },
    }
    expect(told([here(), ...repeated(20, gone(), gone('host'), here('page'))], three)).toEqual([])
  })

  test('(c) on an explicit absence in the look visitors see, disputed elsewhere, at the sixth sighting', () => {
    const script = [here(), ...repeated(5, gone('app', 'suspended'), here('host'))]
    expect(told(script)).toEqual([])
    const { outage } = down([...script, gone('app', 'suspended')])
    expect(outage).toMatchObject({ because: ['suspended'], disputed: ['host'], sightings: 6 })
  })

  test('never on an explicit absence that visitors do not see', () =>
    expect(told([here(), ...repeated(20, gone('host', 'suspended'), here())])).toEqual([]))

  test('only after the controls of every look that says absent answered right since the first absence', () => {
    const atOf = (app: number, host: number) => ({ ...POLICY, controlsRightAt: { app, host } })
    expect(told(FALL, atOf(asked(2), asked(2)))).toEqual(['outage.opened at 4'])
    expect(told(FALL, atOf(asked(2) - 1, asked(3)))).toEqual([])
    expect(told(FALL, atOf(asked(3), asked(2) - 1))).toEqual([])
    expect(told(FALL, { ...POLICY, controlsRightAt: {} })).toEqual([])
  })

  test('only with sightings from as many places as are asked for', () => {
    const script = [here(), gone(), gone('host'), gone()]
    const two = withConfirm({ vantages: 2 })
    expect(told(script, two)).toEqual([])
    expect(told([...script, from('tokyo', gone())], two)).toEqual(['outage.opened at 5'])
  })

  test('with its four instants, the newest not yet known', () =>
    expect(down([here(), here('host'), ...FALL.slice(1)]).outage).toMatchObject({
      account: ACCOUNT,
      lastPresentAt: asked(1),
      firstAbsentAt: answered(3),
      lastAbsentAt: asked(5),
      firstPresentAt: null,
      openedAt: answered(5),
      closedAt: null,
      sightings: 3,
      identity: ALICE,
    }))

  test('with an unknown start where the account was never seen present', () =>
    expect(down([gone(), gone('host'), gone()]).outage).toMatchObject({ lastPresentAt: null, identity: null }))

  test('dated by one look alone, the one that knows best when it began: another one may lag behind', () =>
    expect(down([here(), here('host'), here('host'), ...FALL.slice(1)]).outage).toMatchObject({
      lastPresentAt: asked(3),
      firstAbsentAt: answered(5),
    }))

  test('dated by another look where the first to fall never saw it present', () =>
    expect(down([here('host'), ...FALL.slice(1)]).outage.lastPresentAt).toBe(asked(1)))

  test('not dated by a look that disputes, after the first absence', () =>
    expect(down([gone(), here('host'), gone('host'), gone()]).outage.lastPresentAt).toBeNull())
})

describe('rule 5: an outage changes', () => {
  test('when it has other reasons', () => {
    const script = [here(), ...repeated(2, gone('app', 'deactivated'), gone('host', 'deactivated'))]
    expect(told([...script, gone('app', 'deactivated')])).toEqual(['outage.opened at 4'])
    const { told: names, belief } = play([...script, gone('app', 'suspended'), gone('host', 'suspended')])
    expect(names).toEqual(['outage.opened at 4', 'outage.changed at 6', 'outage.changed at 7'])
    expect(belief).toMatchObject({ outage: { because: ['suspended'] } })
  })

  test('when a dispute comes, once, and when it goes', () => {
    const script = [
      here(),
      ...repeated(3, gone('app', 'suspended'), blind('host')),
      ...repeated(3, gone('app', 'suspended')),
    ]
    expect(told([...script, here('host'), here('host')])).toEqual(['outage.opened at 10', 'outage.changed at 11'])
    const { told: names, transitions } = play([...script, here('host'), gone('host', 'suspended')])
    expect(names.slice(1)).toEqual(['outage.changed at 11', 'outage.changed at 12'])
    expect(transitions.map(({ outage }) => outage.disputed)).toEqual([[], ['host'], []])
  })

  test('not by a look on its way to clearing it, unless another one contradicts', () => {
    expect(told([...FALL, here()])).toEqual(['outage.opened at 4'])
    const { told: names, belief } = play([...FALL, here(), gone('host')])
    expect(names).toEqual(['outage.opened at 4', 'outage.changed at 6'])
    expect(belief).toMatchObject({ outage: { disputed: ['app'] }, clear: null })
  })

  test('when another stranger stands on the handle', () => {
    const taken = (id: string, look?: string) => somebody(id, 'alice', look)
    const script = [here(), taken('8'), taken('8', 'host'), taken('8')]
    expect(told([...script, taken('8')])).toEqual(['outage.opened at 4'])
    expect(told([...script, taken('9')])).toEqual(['outage.opened at 4', 'outage.changed at 5'])
  })
})

describe('rule 6: an outage closes', () => {
  test('at the second present by looks that had said absent', () =>
    expect(told([...FALL, here(), here('host')])).toEqual(['outage.opened at 4', 'outage.closed at 6']))

  test('with the first present as its end', () => {
    const { transitions, belief } = play([...FALL, here(), here()])
    expect(transitions.at(-1)?.outage).toMatchObject({ firstPresentAt: answered(5), closedAt: answered(6) })
    expect(belief.kind).toBe('up')
  })

  test('only when the presents follow each other', () =>
    expect(told([...FALL, here(), gone(), here(), gone(), here()])).toEqual(['outage.opened at 4']))

  test('never by a look that had not said absent', () => {
    const script = [here(), ...repeated(6, gone('app', 'suspended'))]
    expect(told([...script, ...repeated(9, here('host'))])).toEqual(['outage.opened at 7', 'outage.changed at 8'])
  })

  test('at the first present where one is asked for', () =>
    expect(told([...FALL, here()], withConfirm({ clears: 1 }))).toEqual(['outage.opened at 4', 'outage.closed at 5']))

  test('and the next one is another outage', () => {
    const { transitions } = play([...FALL, here(), here(), ...FALL.slice(1)])
    const [first, closed, second] = transitions
    expect(closed?.outage.id).toBe(first?.outage.id)
    expect(second?.outage.id).not.toBe(first?.outage.id)
    expect(second?.outage.lastPresentAt).toBe(asked(6))
  })
})

describe('rule 7: who it is', () => {
  test('the first present pins the id', () => expect(play([here()]).belief.identity).toEqual(ALICE))

  test('a stranger on the handle is an absence: taken over', () => {
    const { outage } = down([here(), ...repeated(2, somebody('8', 'alice'), somebody('8', 'alice', 'host'))])
    expect(outage).toMatchObject({ because: ['taken_over'], identity: ALICE, now: { id: '8', handle: 'alice' } })
  })

  test('the pinned id under another handle is an absence: renamed, and names it', () => {
    const { outage } = down([here(), ...repeated(2, somebody('7', 'alice2'), somebody('7', 'alice2', 'host'))])
    expect(outage).toMatchObject({ because: ['renamed'], identity: ALICE, now: { handle: 'alice2' } })
  })

  test('neither is ever a recovery', () =>
    expect(told([...FALL, ...repeated(5, somebody('8', 'alice'), somebody('7', 'alice2', 'host'))])).not.toContainEqual(
      expect.stringContaining('closed'),
    ))

  test('an id from the configuration is pinned before anybody was seen', () =>
    expect(play([somebody('8', 'alice')], POLICY, unknown(ALICE)).belief.kind).toBe('doubted'))

  test('letter case is no other handle, and no id is no other id', () => {
    expect(judged(present({ id: '7', handle: 'ALICE' }), ALICE, ACCOUNT).kind).toBe('present')
    expect(judged(present({ id: null, handle: 'alice' }), ALICE, ACCOUNT).kind).toBe('present')
    expect(judged(absent('deleted'), ALICE, ACCOUNT)).toEqual(absent('deleted'))
  })

  test('an id learnt later is pinned, and a look without ids does not unpin it', () => {
    const { belief } = play([somebody(null, 'alice'), here(), somebody(null, 'Alice', 'host')])
    expect(belief).toMatchObject({ kind: 'up', identity: { id: '7', handle: 'Alice' } })
  })

  test('nothing new about an account keeps the same object', () => {
    const { belief } = play([here()])
    expect(step(belief, sightingAt(9, here('host')), POLICY).belief.identity).toBe(belief.identity)
  })
})
