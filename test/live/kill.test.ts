/**
 * Goal: a real process killed with kill -9 leaves nothing doubled, lost or orphaned. Method: over HTTP against the
 * practice exchange, judged by the exchange's own export. All boundaries: `TANDEM_KILL=all`, or some by name.
 */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeBuilt, type Folder, newFolder } from '../cli/built.ts'
import { BOUNDARIES, killAt } from './kill-run.ts'
import { prepare } from './rehearsal.ts'

const asked = process.env['TANDEM_KILL'] ?? 'after-send'
const chosen = asked === 'all' ? Object.keys(BOUNDARIES) : asked.split(',')

describeBuilt('kill -9', () => {
  let folder: Folder
  let trust: string
  beforeAll(async () => {
    folder = newFolder()
    ;({ trust } = await prepare(folder, 1))
  })
  afterAll(() => folder.remove())

  for (const point of chosen) {
    it(`at ${point}`, async () => {
      const { kills, seen } = await killAt(folder, trust, point, BOUNDARIES[point]!)
      expect(kills).toBeGreaterThan(0)
      // What dies before every send trades nothing: entries that never left are dropped.
      if (point !== 'before-send') expect(seen.trades.length).toBeGreaterThan(0)
    }, 300_000)
  }
})
