import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDec } from '../../engine/core/dec.ts'
import { BugError } from '../../engine/core/errors.ts'
import { FactKind, orderFact, RejectCode } from '../../engine/core/fact.ts'
import type { Side } from '../../engine/core/order.ts'
import { type DecodedRecord, decodeRecords, RecordStream } from '../../engine/core/record.ts'
import { type Refusal, RefusalCode } from '../../engine/core/refusal.ts'
import { DecisionKind, Recorder } from '../../engine/kernel/recorder.ts'
import { approve } from '../../engine/rules/approve.ts'

/** A recorder, and what its streams have written once they are ended. */
function recording() {
  const bytes: { decisions: Buffer[]; outcomes: Buffer[] } = { decisions: [], outcomes: [] }
  const stream = (domain: 'decisions' | 'outcomes'): RecordStream => {
    const hash = createHash('sha256')
    const hasher = { update: (chunk: Uint8Array) => void hash.update(chunk), digest: () => hash.digest('hex') }
    return new RecordStream(domain, hasher, (chunk) => bytes[domain].push(Buffer.from(chunk)))
  }
  const recorder = new Recorder(stream('decisions'), stream('outcomes'))
  const read = (domain: 'decisions' | 'outcomes'): DecodedRecord[] => {
    recorder.flush()
    recorder[domain].digest()
    return decodeRecords(Buffer.concat(bytes[domain]))
  }
  return { recorder, decisions: () => read('decisions'), outcomes: () => read('outcomes') }
}

function refusalOf(code: RefusalCode, instrument = 0, side: Side = 1, first = 1, second = 2): Refusal {
  return { code, instrument, side, first, second }
}

const orderOf = (id: number) =>
  approve({
    id,
    instrument: 3,
    side: -1,
    type: 3,
    purpose: 3,
    quantity: toDec(70),
    quoteAmount: toDec(0),
    limitPrice: toDec(0),
    stopPrice: toDec(990),
    reduceOnly: true,
    ocoGroup: 5,
    decidedMs: 1234,
    expiresMs: Number.POSITIVE_INFINITY,
    answersIntrabar: false,
    tag: null,
    terms: null,
  })

describe('refusals', () => {
  it('equal ones in a row are one record: the count, the first one’s time and numbers, the last one’s time', () => {
    const { recorder, decisions } = recording()
    recorder.refusal(refusalOf(RefusalCode.belowMinimum, 0, 1, 2, 2.5), 100)
    recorder.refusal(refusalOf(RefusalCode.belowMinimum, 0, 1, 2.1, 2.5), 200)
    recorder.repeat(40, 900)
    const records = decisions()
    expect(records).toEqual([
      {
        timeMs: 100,
        kind: DecisionKind.refusal,
        code: RefusalCode.belowMinimum,
        side: 1,
        instrument: 0,
        orderId: 0,
        repeat: 42,
        numbers: [2, 2.5, 900, 0, 0],
      },
    ])
    expect([...recorder.skips.values()]).toEqual([
      {
        code: 'BELOW_MINIMUM',
        instrument: 0,
        count: 42,
        firstMs: 100,
        lastMs: 900,
        example: 'BELOW_MINIMUM wanted=2 minimum=2.5',
      },
    ])
  })

  it('another code, instrument or side, an order or a cancel ends the row', () => {
    const { recorder, decisions } = recording()
    const one = refusalOf(RefusalCode.noPosition)
    recorder.refusal(one, 1)
    recorder.refusal(refusalOf(RefusalCode.exitInFlight), 2)
    recorder.refusal(refusalOf(RefusalCode.exitInFlight, 1), 3)
    recorder.refusal(refusalOf(RefusalCode.exitInFlight, 1, -1), 4)
    recorder.refusal(one, 5)
    recorder.order(orderOf(7))
    recorder.refusal(one, 6)
    recorder.cancel(7, 3, 6)
    recorder.refusal(one, 7)
    const records = decisions()
    expect(records.map(({ kind, timeMs, repeat }) => [kind, timeMs, repeat])).toEqual([
      [2, 1, 1],
      [2, 2, 1],
      [2, 3, 1],
      [2, 4, 1],
      [2, 5, 1],
      [1, 1234, 5],
      [2, 6, 1],
      [3, 6, 1],
      [2, 7, 1],
    ])
    // The last time of a row isn't the one of a later row with the same code.
    expect(records[0]!.numbers[2]).toBe(1)
  })

  it('a repeat without a refusal being counted is a bug, not a loss', () => {
    const { recorder } = recording()
    expect(() => recorder.repeat(1, 5)).toThrow(BugError)
    recorder.refusal(refusalOf(RefusalCode.noPosition), 1)
    recorder.flush()
    expect(() => recorder.repeat(1, 5)).toThrow(BugError)
  })

  it('over any sequence the records run-length code it, and counts and tallies add up to it', () => {
    const action = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ code: fc.constantFrom(1, 2, 6), instrument: fc.nat(1), side: fc.constantFrom(1, -1) }),
      },
      { weight: 2, arbitrary: fc.record({ repeat: fc.integer({ min: 1, max: 9 }) }) },
      { weight: 1, arbitrary: fc.constantFrom('order', 'cancel') },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const { recorder, decisions } = recording()
        const naive: { key: string; count: number; first: number; timeMs: number; lastMs: number }[] = []
        const tallies = new Map<string, number>()
        let open = false
        actions.forEach((one, at) => {
          if (typeof one === 'string') {
            if (one === 'order') recorder.order(orderOf(at))
            else recorder.cancel(at, 0, at)
            open = false
            return
          }
          const last = naive.at(-1)
          if ('repeat' in one) {
            if (!open) return
            recorder.repeat(one.repeat, at)
            last!.count += one.repeat
            last!.lastMs = at
            const tally = last!.key.slice(0, -3)
            tallies.set(tally, tallies.get(tally)! + one.repeat)
            return
          }
          const { code, instrument, side } = one as { code: RefusalCode; instrument: number; side: Side }
          recorder.refusal(refusalOf(code, instrument, side, at), at)
          const tally = `${code}/${instrument}`
          const key = `${tally}/${side > 0 ? '+1' : '-1'}`
          tallies.set(tally, (tallies.get(tally) ?? 0) + 1)
          if (open && last!.key === key) {
            last!.count += 1
            last!.lastMs = at
          } else naive.push({ key, count: 1, first: at, timeMs: at, lastMs: at })
          open = true
        })
        const refusals = decisions().filter((one) => one.kind === DecisionKind.refusal)
        expect(
          refusals.map(({ code, instrument, side, repeat, timeMs, numbers }) => ({
            key: `${code}/${instrument}/${side > 0 ? '+1' : '-1'}`,
            count: repeat,
            first: numbers[0],
            timeMs,
            lastMs: numbers[2],
          })),
        ).toEqual(naive)
        const counts = [...recorder.skips.values()].map((one) => one.count).sort((a, b) => a - b)
        expect(counts).toEqual([...tallies.values()].sort((a, b) => a - b))
      }),
      { seed: 20190407, numRuns: 300 },
    )
  })

  it('of a message that came twice is none: the first one’s order is there', () => {
    const { recorder } = recording()
    const order = { id: 3, instrument: 1 }
    recorder.reject(orderFact(FactKind.rejected, order, 5, 5, RejectCode.duplicateId), toDec(7))
    expect([...recorder.skips]).toEqual([])
  })

  it('of the venue are tallied beside ours, by its own code', () => {
    const { recorder, decisions } = recording()
    const fact = orderFact(FactKind.rejected, { id: 9, instrument: 2 }, 50, 60, RejectCode.insufficientFunds)
    recorder.reject(fact, toDec(12))
    recorder.reject({ ...fact, atMs: 70 }, toDec(13))
    expect([...recorder.skips.values()]).toEqual([
      {
        code: 'VENUE_INSUFFICIENT_FUNDS',
        instrument: 2,
        count: 2,
        firstMs: 50,
        lastMs: 70,
        example: 'VENUE_INSUFFICIENT_FUNDS order=9 quantity=12',
      },
    ])
    expect(decisions()).toEqual([])
  })
})

describe('records', () => {
  it('an order is written with its purpose, type, group and numbers', () => {
    const { recorder, decisions } = recording()
    recorder.order(orderOf(7))
    expect(decisions()).toEqual([
      {
        timeMs: 1234,
        kind: DecisionKind.order,
        code: 3 | (3 << 4) | 256,
        side: -1,
        instrument: 3,
        orderId: 7,
        repeat: 5,
        numbers: [70, 0, 0, 990, 0],
      },
    ])
  })

  it('a cancel is written, with nothing left of what stood in its place before', () => {
    const { recorder, decisions } = recording()
    // 1024 records fill the buffer; the next ones are written over the first.
    for (let id = 1; id <= 1024; id++) recorder.order(orderOf(id))
    recorder.cancel(8, 1, 77)
    expect(decisions().at(-1)).toEqual({
      timeMs: 77,
      kind: DecisionKind.cancel,
      code: 0,
      side: 0,
      instrument: 1,
      orderId: 8,
      repeat: 1,
      numbers: [0, 0, 0, 0, 0],
    })
  })

  it('a fact is written with both its times, its money and its flags', () => {
    const { recorder, outcomes } = recording()
    const money = { quantity: toDec(5), price: toDec(100), value: toDec(500), fee: toDec(-1) }
    const fact = { ...orderFact(FactKind.filled, { id: 3, instrument: 1 }, 10, 25), ...money }
    recorder.outcome({ ...fact, complete: true }, -1)
    recorder.outcome({ ...fact, maker: true }, 1)
    recorder.outcome({ ...fact, intrabar: true, code: RejectCode.unsupported }, 0)
    const records = outcomes()
    expect(records.map(({ code, side }) => [code, side])).toEqual([
      [1 << 8, -1],
      [2 << 8, 1],
      [(4 << 8) | RejectCode.unsupported, 0],
    ])
    expect(records[0]).toMatchObject({ timeMs: 10, kind: FactKind.filled, orderId: 3, instrument: 1 })
    expect(records[0]!.numbers).toEqual([5, 100, 500, -1, 25])
  })
})
