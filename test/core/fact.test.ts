import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Fact, FactKind, FactQueue, orderFact, REJECT_NAMES, RejectCode } from '../../engine/core/fact.ts'

const factOf = (id: number, knownMs: number): Fact => orderFact(FactKind.accepted, { id, instrument: 0 }, 0, knownMs)

/** Everything known at `nowMs`, by order id. */
function drain(queue: FactQueue, nowMs: number): number[] {
  const ids: number[] = []
  for (let fact = queue.take(nowMs); fact !== null; fact = queue.take(nowMs)) ids.push(fact.orderId)
  return ids
}

it('hands out facts by the time they were known, ties as they came, none early', () => {
  const queue = new FactQueue()
  expect(queue.nextKnownMs).toBe(Number.POSITIVE_INFINITY)
  expect(queue.take(Number.MAX_VALUE)).toBeNull()
  for (const [id, knownMs] of [
    [1, 30],
    [2, 10],
    [3, 20],
    [4, 10],
    [5, 30],
  ] as const)
    queue.push(factOf(id, knownMs))
  expect(queue.nextKnownMs).toBe(10)
  expect(queue.take(9)).toBeNull()
  expect(drain(queue, 10)).toEqual([2, 4])
  expect(queue.nextKnownMs).toBe(20)
  expect(drain(queue, 29)).toEqual([3])
  // Known before what is still waiting, and before what was taken: it is next all the same.
  queue.push(factOf(6, 5))
  expect(drain(queue, 100)).toEqual([6, 1, 5])
  expect(queue.nextKnownMs).toBe(Number.POSITIVE_INFINITY)
})

it('equals a list that is sorted, stably, before each look', () => {
  const action = fc.oneof(fc.record({ push: fc.nat(30) }), fc.record({ takeAt: fc.nat(35) }))
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const queue = new FactQueue()
      let naive: Fact[] = []
      actions.forEach((one, id) => {
        if ('push' in one) {
          const fact = factOf(id, one.push)
          queue.push(fact)
          naive = [...naive, fact].sort((a, b) => a.knownMs - b.knownMs)
        } else {
          const due = naive[0] !== undefined && naive[0].knownMs <= one.takeAt ? naive.shift()! : null
          expect(queue.take(one.takeAt)).toBe(due)
        }
        expect(queue.nextKnownMs).toBe(naive[0]?.knownMs ?? Number.POSITIVE_INFINITY)
      })
    }),
    { seed: 20190407, numRuns: 500 },
  )
})

it('keeps its order, and lets go of what was taken, over a run in which a fact is always on its way', () => {
  const queue = new FactQueue()
  queue.push(factOf(0, 0))
  for (let id = 1; id <= 20_000; id++) {
    queue.push(factOf(id, id))
    expect(queue.take(id)!.orderId).toBe(id - 1)
  }
  const { items } = queue as unknown as { items: Fact[] }
  expect(items.length).toBeLessThan(5_000)
  expect(drain(queue, 1e9)).toEqual([20_000])
})

it('names every reason of a venue', () => {
  expect(REJECT_NAMES).toHaveLength(Object.keys(RejectCode).length)
  for (const [name, code] of Object.entries(RejectCode)) {
    expect(REJECT_NAMES[code]).toBe(name.replace(/[A-Z]/g, '_$&').toUpperCase())
  }
})

it('a fact about an order has no money in it', () => {
  expect(orderFact(FactKind.rejected, { id: 7, instrument: 2 }, 10, 15, RejectCode.offTick)).toEqual({
    kind: FactKind.rejected,
    orderId: 7,
    instrument: 2,
    atMs: 10,
    knownMs: 15,
    quantity: 0,
    price: 0,
    value: 0,
    fee: 0,
    spreadCost: 0,
    slippageCost: 0,
    complete: false,
    maker: false,
    intrabar: false,
    code: RejectCode.offTick,
  })
})
