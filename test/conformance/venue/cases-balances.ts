import { expect } from 'vitest'
import { base, limit, market, money, stop } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

/** What orders hold and fills move. */
export function balanceCases(add: Case): void {
  add('0 USD and 0.5 SOL: selling 0.5 SOL goes through', ['scripted'], { cash: 0, base: 0.5 }, async (play) => {
    await play.send(market(1, -0.5))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 0.5 @ 100 taker'])
    expect(await play.balances()).toEqual({ cash: money(49.87), freeCash: money(49.87), base: 0, freeBase: 0 })
  })

  add(
    '0 USD and 0.5 SOL: so do a resting limit and a stop',
    ['stop', 'scripted'],
    { cash: 0, base: 0.5 },
    async (play) => {
      await play.send(limit(1, -0.25, 100.5))
      await play.send(stop(2, -0.25, 99.5))
      await play.advance()
      expect(story(await play.facts()).sort()).toEqual(['1 filled 0.25 @ 100.5 maker', '2 filled 0.25 @ 99.5 taker'])
    },
  )

  add('a resting buy holds its cash and a taker fee, and gives them back', ['owned'], {}, async (play) => {
    await play.send(limit(1, 2, 50))
    await play.advance()
    expect(await play.balances()).toMatchObject({ cash: money(1000), freeCash: money(1000 - 100.26) })
    await play.cancel(1)
    await play.advance()
    expect(await play.balances()).toMatchObject({ cash: money(1000), freeCash: money(1000) })
  })

  add('a resting sell holds its base, and gives it back', ['owned'], { base: 3 }, async (play) => {
    await play.send(limit(1, -2, 150))
    await play.advance()
    expect(await play.balances()).toMatchObject({ base: base(3), freeBase: base(1) })
    await play.cancel(1)
    await play.advance()
    expect(await play.balances()).toMatchObject({ base: base(3), freeBase: base(3) })
  })

  add('what is held twice over is refused', ['rejectCodes'], { cash: 150, base: 1 }, async (play) => {
    await play.send(limit(1, 2, 50))
    await play.send(limit(2, 2, 50))
    await play.send(limit(3, -1, 150))
    await play.send(limit(4, -1, 150))
    await play.send(market(5, -1))
    await play.advance()
    expect(story(await play.facts())).toEqual([
      '2 rejected INSUFFICIENT_FUNDS',
      '4 rejected INSUFFICIENT_BASE',
      '5 rejected INSUFFICIENT_BASE',
    ])
  })

  add('a filled buy keeps nothing back', ['scripted'], {}, async (play) => {
    await play.send(limit(1, 2, 99.5))
    await play.advance()
    const balances = await play.balances()
    expect(balances).toEqual({
      cash: money(1000 - 199 - 0.199),
      freeCash: money(1000 - 199 - 0.199),
      base: base(2),
      freeBase: base(2),
    })
  })

  add(
    'a stop that a gap made too dear is cancelled for it: a spot account owes nothing',
    ['scripted', 'stop', 'cancelCodes', 'owned'],
    {
      cash: 111,
      candles: [
        [100, 101, 99, 100],
        [150, 151, 149, 150],
        [100, 101, 99, 100],
      ],
    },
    async (play) => {
      await play.send(stop(1, 1, 110))
      await play.advance(3)
      expect(story(await play.facts())).toEqual(['1 cancelled INSUFFICIENT_FUNDS'])
      expect(await play.balances()).toMatchObject({ cash: money(111), freeCash: money(111) })
    },
  )

  add(
    'the rest of a market order holds what it will need',
    ['participation', 'rejectCodes', 'scripted'],
    {
      cash: 300,
      base: 3,
      participation: 0.1,
      candles: Array.from({ length: 4 }, () => [100, 101, 99, 100, 10] as const),
    },
    async (play) => {
      await play.send(market(1, -3))
      await play.advance()
      await play.send(limit(2, -1, 150))
      await play.advance(3)
      expect(story(await play.facts())).toEqual([
        '1 filled 1 @ 100 taker part',
        '2 rejected INSUFFICIENT_BASE',
        '1 filled 1 @ 100 taker part',
        '1 filled 1 @ 100 taker',
      ])
    },
  )

  add('round trips at odd prices lose nothing to rounding', [], { cash: 997.13, candles: odd() }, async (play) => {
    for (let id = 1; id <= 8; id++) {
      await play.send(market(id, id % 2 === 1 ? 0.0733 * id : -0.0733 * (id - 1)))
      await play.advance()
    }
    expect((await play.balances()).base).toBe(0)
  })
}

function odd(): readonly (readonly [number, number, number, number])[] {
  return Array.from({ length: 8 }, (_, row) => {
    const open = 97.3133 + row * 1.0717
    return [open, open + 1, open - 1, open + 0.5] as const
  })
}
