/** Goal: an Arrow file whose lengths were damaged ends in one line, not in a loop over what isn't there. */

import { Table, TimestampMillisecond, vectorFromArray } from 'apache-arrow'
import { expect, it } from 'vitest'
import { openArrow } from '../../datasets/import/tables/arrow.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { featherOf } from './file-makers.ts'
import { HOUR_MS, START_MS } from './support.ts'

const times = Array.from({ length: 80 }, (_, row) => START_MS + row * HOUR_MS)
const column = (add: number) => vectorFromArray(Float64Array.from(times, (_, row) => 100 + row + add))
const file = featherOf(
  new Table({
    date: vectorFromArray(times, new TimestampMillisecond('UTC')),
    open: column(0),
    high: column(2),
    low: column(-1),
    close: column(1),
    volume: column(0),
  }),
)

/** Reads the first two columns, or returns the refusal. */
async function read(bytes: Buffer): Promise<readonly Float64Array[] | TandemError> {
  async function* once(): AsyncGenerator<Buffer> {
    yield bytes
  }
  try {
    const table = await openArrow('x.feather', once())
    for await (const batch of table.batches([0, 1])) return batch
    return []
  } catch (error) {
    if (error instanceof TandemError) return error
    throw error
  }
}

it('is read as it was written', async () => {
  const [time, open] = (await read(file)) as readonly Float64Array[]
  expect([[...time!], [...open!]]).toEqual([times, times.map((_, row) => 100 + row)])
})

it('with digits inserted or bits set anywhere is read or refused at once', async () => {
  let refused = 0
  for (let at = 0; at < file.length; at += 4) {
    for (const insert of ['9'.repeat(40), '\u00ff\u00ff\u00ff\u007f']) {
      const inserted = insert.startsWith('9')
      const tail = file.subarray(inserted ? at : at + 4)
      const outcome = await read(Buffer.concat([file.subarray(0, at), Buffer.from(insert, 'latin1'), tail]))
      if (outcome instanceof TandemError) refused += 1
      else expect(outcome.every((values) => values.length <= 1000)).toBe(true)
    }
  }
  expect(refused).toBeGreaterThan(100)
})
