/**
 * Goal: the same facts give the same decisions, so the rooms that decide see neither clock nor chance nor the world.
 * Method: their sources, without comments and texts, are searched for what is banned; planted violations are caught.
 */

import { describe, expect, it } from 'vitest'
import { productSources } from './files.ts'
import { purityFaults } from './purity.ts'

describe('pure rooms', () => {
  it('use nothing impure', () => {
    expect(productSources().flatMap(({ path, text }) => purityFaults(path, text))).toEqual([])
  })

  it.each([
    ['engine/core/a.ts', 'async function f() {}'],
    ['engine/rules/a.ts', 'export type Later = Promise<number>'],
    ['engine/kernel/a.ts', 'const now = Date.now()'],
    ['engine/sim/a.ts', 'const x = new Date(0)'],
    ['engine/stats/a.ts', 'const x = Math.random()'],
    ['strategies/a.ts', "console.log('x')"],
    ['engine/market/a.ts', "const x = process.env['HOME']"],
    ['engine/indicators/a.ts', 'const t = performance.now()'],
    ['engine/sim/a.ts', 'setTimeout(f, 10)'],
    ['engine/core/a.ts', "import { createHash } from 'node:crypto'"],
    ['engine/core/a.ts', "import { readFileSync } from 'fs'"],
    ['engine/core/a.ts', "import { z } from 'zod'"],
    ['strategies/a.ts', "import yargs from 'yargs'"],
    ['engine/core/a.ts', 'const x = Math.exp(1)'],
    ['engine/rules/a.ts', 'const x = Math.log2(8)'],
    ['engine/kernel/a.ts', 'const x = 2 ** 0.5'],
    ['engine/core/a.ts', 'const text = `$' + '{Math.random()}`'],
    ['engine/core/a.ts', 'const x = Math.pow(2, 3) // pure-ok:'],
  ])('sees a violation in %s: %s', (path, source) => {
    expect(purityFaults(path, source)).toHaveLength(1)
  })

  it.each([
    ['engine/core/a.ts', '// Date.now() would be wrong here; so would await.\nconst text = "console.log"'],
    ['engine/core/a.ts', "import type { ZodType } from 'zod'"],
    ['strategies/a.ts', "import { z } from 'zod'"],
    ['engine/stats/a.ts', 'const x = Math.log(2)'],
    ['engine/core/a.ts', 'const x = Math.pow(2, 3) // pure-ok: whole numbers, exact in every engine'],
    ['engine/core/a.ts', '// pure-ok: whole numbers, exact in every engine\nconst x = Math.pow(2, 3)'],
    ['engine/core/a.ts', 'const x = Math.sqrt(2) + Math.floor(1.5) + Math.max(1, 2)'],
    ['engine/core/a.ts', "const pattern = /Date|await'/ \nconst x = 1"],
    ['datasets/a.ts', 'const x = Math.random()'],
    ['strategies/registry.ts', "const load = async () => (await import('./a.ts')).default"],
  ])('lets pass in %s: %s', (path, source) => {
    expect(purityFaults(path, source)).toEqual([])
  })
})
