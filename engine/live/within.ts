/** No call is waited for for ever: a client's own timeout may fail, and a socket may hang. */

import type { Environment } from './environment.ts'
import { ExchangeError } from './exchange.ts'

/** What `call` comes to; an `ExchangeError` of unknown outcome where nothing came within `limitMs`. */
export async function within<T>(environment: Environment, limitMs: number, call: () => Promise<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    const timer = environment.after(limitMs, () => {
      reject(new ExchangeError('no answer in time', { kind: 'unknown', code: 'NO_ANSWER' }))
    })
    call()
      .then(resolve, reject)
      .finally(() => timer.cancel())
  })
}
