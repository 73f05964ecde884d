/** Columns are loaded once: workers get the same memory, not copies. */

import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { loadPrepared } from '../../datasets/prepare.ts'
import { writeSeries } from '../../datasets/write.ts'
import { HOUR_MS, KEY, smallCandles, temporaryDirectory } from './support.ts'

/** Adds up the closes that it is sent, then waits until the main thread has changed one, and adds up again. */
const WORKER = `
  const { parentPort, workerData: { close, flag } } = require('node:worker_threads')
  const sum = () => close.reduce((total, value) => total + value, 0)
  parentPort.postMessage(sum())
  Atomics.wait(flag, 0, 0)
  parentPort.postMessage(sum())
`

it.each([HOUR_MS, 4 * HOUR_MS])('a worker sees the very columns that were loaded (%d ms)', async (timeframeMs) => {
  const store = temporaryDirectory()
  await writeSeries(store, KEY, smallCandles(100), { kind: 'synthetic', model: 'test', parameters: {} })
  const { candles } = await loadPrepared(store, { ...KEY, timeframeMs }, 'carry')
  const { close } = candles
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(WORKER, { eval: true, workerData: { close, flag } })
  const sum = close.reduce((total, value) => total + value, 0)
  const sums: number[] = []
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject)
    worker.on('message', (value: number) => {
      sums.push(value)
      if (sums.length === 2) resolve()
      // Only this test writes to loaded columns: a copy would not show it.
      close[0] = close[0]! + 1
      Atomics.store(flag, 0, 1)
      Atomics.notify(flag, 0)
    })
  })
  await worker.terminate()
  expect(sums).toEqual([sum, sum + 1])
})
