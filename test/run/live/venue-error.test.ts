/** What a venue refuses where a session begins is told as bad input is. */

import { expect, it } from 'vitest'
import { ExchangeError } from '../../../engine/live/exchange.ts'
import { tellingVenueErrors } from '../../../engine/run/live/venue-error.ts'

it.each([
  ['BAD_KEY', /check the key/],
  ['NO_PERMISSION', /query and trade/],
  ['UNREACHABLE', /reachable from here/],
  ['RATE_LIMITED', /wait a while/],
  ['UNKNOWN_SYMBOL', /data\.symbols/],
  ['LEVERAGE_REFUSED', /leverage/],
  ['BAD_RESPONSE', /look at the account/],
])('%s of a venue is one line that says what to do, not a fault of tandem', async (code, says) => {
  const fail = async (): Promise<never> => {
    throw new ExchangeError('kraken: no', { kind: 'rejected', code })
  }
  await expect(tellingVenueErrors(fail)).rejects.toMatchObject({
    name: 'TandemError',
    code,
    hint: expect.stringMatching(says),
  })
})

it('anything else is passed on', async () => {
  const fault = new Error('a fault')
  await expect(tellingVenueErrors(() => Promise.reject(fault))).rejects.toBe(fault)
})
