/** The signatures that the other tests hold requests to are Kraken's. */

import { expect, it } from 'vitest'
import { krakenSignature } from './kraken-venue.ts'

it("checks signatures as Kraken's own example has them", () => {
  const body = 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25'
  const secret = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=='
  const signature = '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=='
  expect(krakenSignature('/0/private/AddOrder', '1616492376594', body, secret)).toBe(signature)
})
