/**
 * Goal: live code keeps its invariants whatever goes wrong, and the simulation would notice if it didn't. Method: a share
 * of the seeds that `npm run simulate` runs in bulk; a few of the faults put into live code on purpose, each against the
 * seed that found it; one seed through ccxt and HTTP.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seededUniform, wholeBelow } from '../../engine/core/random.ts'
import { drawn } from '../mutation/judge.ts'
import { mutate } from '../mutation/mutant.ts'
import { repositoryRoot } from '../support/shared.ts'
import { simulateHttp } from './http/simulate-http.ts'
import { BundleFolder } from './mutants/bundle.ts'
import { hunt } from './mutants/hunt.ts'
import { LIVE_MUTANTS } from './mutants/mutants.ts'
import { commandOf, MINUTES, parseOptions } from './options.ts'
import { simulate } from './simulate.ts'

const SHARE = 8
/** A change of live code shifts what a seed meets: its killer is looked for from the kept seed on. */
const NEAR = 100

interface Killer {
  readonly seed: number
  readonly violation: string
}

const killers = JSON.parse(
  readFileSync(join(repositoryRoot, 'test', 'simulation', 'mutants', 'killing-seeds.json'), 'utf8'),
) as Record<string, Killer>

const one = (seed: number) => simulate({ seed, only: null, without: [], minutes: MINUTES }, null)

describe('live code in the simulated world', () => {
  it('violates no invariant', async () => {
    const kinds = new Set<string>()
    for (let seed = 1; seed <= SHARE; seed++) {
      const { violations, counts, faults } = await one(seed)
      expect(violations, `seed ${seed}, with ${faults}`).toEqual([])
      for (const kind of counts.keys()) kinds.add(kind)
    }
    expect(kinds.size).toBeGreaterThanOrEqual(30)
  })

  it('does the same again for the same seed', async () => {
    const [a, b] = [await one(7), await one(7)]
    expect(b.sums).toEqual(a.sums)
    expect([...b.counts]).toEqual([...a.counts])
  })

  it('keeps them through ccxt and HTTP, too', async () => {
    const { violations, faults, orders } = await simulateHttp(4, 4, null)
    expect(violations, faults).toEqual([])
    expect(orders).toBeGreaterThanOrEqual(0)
  })
})

describe('mutants of live code', () => {
  const folder = new BundleFolder(repositoryRoot)
  afterAll(() => folder.remove())

  it('are many, and each is in step with its source', () => {
    expect(LIVE_MUTANTS.length).toBeGreaterThanOrEqual(25)
    expect(new Set(LIVE_MUTANTS.map(({ name }) => name)).size).toBe(LIVE_MUTANTS.length)
    for (const mutant of LIVE_MUTANTS) {
      const text = readFileSync(join(repositoryRoot, mutant.file), 'utf8')
      expect(mutate({ ...mutant, tests: [] }, text), mutant.name).not.toBe(text)
    }
  })

  it('are killed by the seeds that are kept for them', async () => {
    // Others each day.
    const day = Math.floor(Date.now() / 86_400_000)
    const uniform = seededUniform(day, 'live mutants')
    expect(LIVE_MUTANTS.map(({ name }) => name).filter((name) => killers[name] === undefined)).toEqual([])
    for (const mutant of drawn(LIVE_MUTANTS, 2, () => wholeBelow(uniform, 1_000_000) / 1_000_000)) {
      const { seed } = killers[mutant.name]!
      const found = await hunt(await folder.make(mutant), repositoryRoot, seed, NEAR, mutant.faults)
      expect(found.seed, `${mutant.name}: npm run mutate:live -- --only '${mutant.name}' --write`).not.toBeNull()
    }
  })
})

describe('the command line', () => {
  it('reads what it prints to reproduce a seed', () => {
    const asked = { seed: 12, only: ['crash' as const], without: ['stall' as const], minutes: 5 }
    const [, args] = commandOf(asked).split(' -- ')
    expect(parseOptions(args!.split(' '))).toMatchObject({ from: 12, seeds: 1, only: ['crash'], without: ['stall'] })
    expect(() => parseOptions(['--only', 'nonsense'])).toThrow(/no such kind of fault/)
    expect(() => parseOptions(['--seeds', '-3'])).toThrow()
  })
})
