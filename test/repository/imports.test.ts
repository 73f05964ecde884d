/**
 * Goal: the walls between the rooms stand. Method: every import of every source is held against the table in
 * imports.ts, and planted violations show that the test would see one.
 */

import { describe, expect, it } from 'vitest'
import { productSources } from './files.ts'
import { ALLOWED, findImports, importFaults } from './imports.ts'

describe('who may import whom', () => {
  it('holds in every source', () => {
    expect(productSources().flatMap(({ path, text }) => importFaults(path, text))).toEqual([])
  })

  it('has no circle of rooms', () => {
    const settled = new Set<string>()
    const rooms = Object.keys(ALLOWED)
    // A room is settled once all that it imports are; whatever is left at the end stands in a circle.
    for (const _ of rooms) {
      for (const room of rooms) {
        if (ALLOWED[room]!.every((other) => settled.has(other.replace('?', '')))) settled.add(room)
      }
    }
    expect(rooms.filter((room) => !settled.has(room))).toEqual([])
  })

  it.each([
    ['engine/core/a.ts', "import { x } from '../market/b.ts'"],
    ['engine/core/a.ts', "import type { X } from '../market/b.ts'"],
    ['engine/rules/a.ts', "export * from '../sim/b.ts'"],
    ['engine/kernel/a.ts', "import { x } from '../sim/b.ts'"],
    ['engine/market/a.ts', "const x = await import('../rules/b.ts')"],
    ['engine/stats/a.ts', "import { TandemError } from '../core/errors.ts'"],
    ['engine/stats/a.ts', "import { type Trade } from '../core/result.ts'"],
    ['reports/a.ts', "import { assert } from '../engine/core/errors.ts'"],
    ['reports/a.ts', "import '../engine/run/b.ts'"],
    ['datasets/import/a.ts', "import {\n  x,\n} from '../../engine/run/b.ts'"],
    ['strategies/a.ts', "import { x } from '../engine/indicators/b.ts'"],
    ['engine/run/a.ts', "import { x } from '../cli/b.ts'"],
    ['engine/cli/a.ts', "type X = typeof import('../kernel/b.ts')"],
    ['engine/sim/a.ts', "import { x } from '../../test/support/shared.ts'"],
    ['engine/unknown/a.ts', ''],
  ])('sees a violation in %s: %s', (path, source) => {
    expect(importFaults(path, source)).toHaveLength(1)
  })

  it.each([
    ['engine/core/a.ts', "import { x } from './b.ts'"],
    ['engine/stats/a.ts', "import type { Trade } from '../core/result.ts'"],
    ['reports/a.ts', "import { x } from '../engine/stats/b.ts'"],
    ['engine/core/a.ts', "// import { x } from '../market/b.ts'\nconst text = `import '../run/b.ts'`"],
    ['engine/cli/commands/a.ts', "import { x } from '../../core/errors.ts'"],
  ])('lets pass in %s: %s', (path, source) => {
    expect(importFaults(path, source)).toEqual([])
  })

  it('finds every form of import', () => {
    const source = `import a, { type B } from 'one'
import type { C } from 'two'
import * as d from 'three'
import 'four'
export { e } from 'five'
export type { F } from 'six'
const g = await import('seven')
let h: typeof import('eight')
export const from = 'nine' // import 'ten'
`
    const shown = findImports(source).map(({ specifier, typeOnly, dynamic, line }) =>
      [line, specifier, typeOnly ? 'type' : '', dynamic ? 'dynamic' : ''].join(' ').trim(),
    )
    expect(shown).toEqual([
      '1 one',
      '2 two type',
      '3 three',
      '4 four',
      '5 five',
      '6 six type',
      '7 seven  dynamic',
      '8 eight type',
    ])
  })
})
