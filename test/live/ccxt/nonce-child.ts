/** A process of its own that asks one key's balances many times at once, half of them in a worker thread. */

import { once } from 'node:events'
import { isMainThread, Worker } from 'node:worker_threads'
import { openExchange } from '../../../engine/live/ccxt/open.ts'
import type { Environment } from '../../../engine/live/environment.ts'

const [url = '', nonceFolder = '', apiKey = '', secret = '', calls = '1', threads = '0'] = process.argv.slice(2)

const clock = (offsetMs: number): Environment => ({
  nowMs: () => Date.now() + offsetMs,
  monotonicMs: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
})

/** All calls at once, on an exchange of their own. */
async function ask(offsetMs: number): Promise<void> {
  const environment = clock(offsetMs)
  const keys = { apiKey, secret }
  const exchange = await openExchange({ venue: 'kraken', keys, url, environment, nonceFolder, paced: false })
  await Promise.all(Array.from({ length: Number(calls) }, () => exchange.balances()))
  await exchange.close()
}

const isFirst = isMainThread && threads === '1'
const thread = isFirst ? new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) }) : null
const ended = thread === null ? null : once(thread, 'exit')
await ask(0)
// As after a restart, on a clock that was set back an hour.
await ask(-3_600_000)
await ended
