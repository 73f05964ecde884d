/**
 * Golden runs: their digests must not move. Every change of semantics, however small, moves one: a fill in another
 * order, a rounding, a fee, a refusal counted twice. So a commit that moves a digest either says in its message why the
 * new result is the right one, or has a fault.
 *
 * To accept new digests: `TANDEM_GOLDEN=update npx vitest run test/golden`, look at what changed in digests.json (the
 * counts and equities beside the digests tell how), and commit it with the change that caused it.
 *
 * Other Node versions are tried with `TANDEM_NODES=path,path` (paths of node executables), after `npm run build`.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../support/shared.ts'
import { CASES } from './cases.ts'
import { type Golden, runCase, runCasePlainly } from './run-case.ts'

const file = join(repositoryRoot, 'test/golden/digests.json')
const isUpdate = process.env['TANDEM_GOLDEN'] === 'update'
const golden: Record<string, Golden> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

beforeAll(async () => {
  if (!isUpdate) return
  for (const name of Object.keys(golden)) delete golden[name]
  for (const one of CASES) golden[one.name] = await runCase(one)
  writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`)
})

describe('golden runs', () => {
  it('are the ones whose digests are kept', () => {
    expect(Object.keys(golden)).toEqual(CASES.map(({ name }) => name))
  })

  it.each(CASES)('$name: as it was', async (one) => {
    expect(await runCase(one)).toEqual(golden[one.name])
  })

  it.each(CASES)('$name: the same row by row', async (one) => {
    const { decisionsDigest, outcomesDigest } = await runCasePlainly(one)
    expect({ decisionsDigest, outcomesDigest }).toEqual({
      decisionsDigest: golden[one.name]!.decisions,
      outcomesDigest: golden[one.name]!.outcomes,
    })
  })

  it('are the same ten times in one process, whatever ran before', async () => {
    for (let round = 1; round < 10; round++) {
      const order = round % 2 === 0 ? CASES : [...CASES].reverse()
      for (const one of order) expect(await runCase(one)).toEqual(golden[one.name])
    }
  })
})

const built = join(repositoryRoot, 'dist/test/golden/print.js')
const nodes = (process.env['TANDEM_NODES'] ?? '').split(',').filter((path) => path !== '')

function printedBy(node: string): unknown {
  return JSON.parse(execFileSync(node, [built], { cwd: tmpdir(), encoding: 'utf8' }))
}

describe.skipIf(!existsSync(built))(
  existsSync(built) ? 'golden runs elsewhere' : 'golden runs elsewhere [skipped: npm run build first]',
  () => {
    it('are the same in a process of their own, started in another directory', () => {
      expect(printedBy(process.execPath)).toEqual(golden)
    })

    it.skipIf(nodes.length === 0)(
      nodes.length === 0
        ? 'are the same on other Node versions [skipped: TANDEM_NODES names none]'
        : 'are the same on other Node versions',
      () => {
        for (const node of nodes) expect(printedBy(node), node).toEqual(golden)
      },
    )
  },
)
