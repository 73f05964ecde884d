import { describe, expect, it } from 'vitest'
import { writeFunding } from '../../datasets/funding/store.ts'
import { querySql } from '../../datasets/sql.ts'
import { writeSeries } from '../../datasets/write.ts'
import { HOUR_MS, KEY, refusalOf, START_MS, smallCandles, snapshot, temporaryDirectory, writeText } from './support.ts'

const SOURCE = { kind: 'synthetic', model: 'test', parameters: { seed: 1 } } as const

async function filled(): Promise<string> {
  const store = temporaryDirectory()
  await writeSeries(store, KEY, smallCandles(9000), SOURCE)
  await writeSeries(store, { ...KEY, symbol: 'BTC/USDT:USDT' }, smallCandles(3), SOURCE)
  const rates = { time: Float64Array.of(START_MS, START_MS + 8 * HOUR_MS), rate: Float64Array.of(1e-4, -2e-4) }
  await writeFunding(store, { venue: 'binance', symbol: 'BTC/USDT:USDT' }, rates, SOURCE)
  return store
}

describe('SQL over the store', () => {
  it('knows candles by their names, with times', async () => {
    const store = await filled()
    const sql =
      'select symbol, count(*) as bars, min(time) as first, max(close) as top from candles group by all order by 1'
    expect(await querySql(store, sql)).toEqual({
      columns: [
        { name: 'symbol', type: 'VARCHAR' },
        { name: 'bars', type: 'BIGINT' },
        { name: 'first', type: 'TIMESTAMP' },
        { name: 'top', type: 'DOUBLE' },
      ],
      rows: [
        ['BTC/USD', 9000, '2020-01-01T00:00:00.000Z', 9100],
        ['BTC/USDT:USDT', 3, '2020-01-01T00:00:00.000Z', 103],
      ],
    })
  })

  it('knows funding and what series there are', async () => {
    const store = await filled()
    expect((await querySql(store, 'select venue, rate from funding order by ts')).rows).toEqual([
      ['binance', 1e-4],
      ['binance', -2e-4],
    ])
    const { rows } = await querySql(store, 'select timeframe, price, rows, missing from series order by rows')
    expect(rows).toEqual([
      ['1h', 'trade', 3, 0],
      ['1h', 'trade', 9000, 0],
    ])
  })

  it('reads only the files that the manifests name', async () => {
    const store = await filled()
    writeText(store, 'candles/venue=kraken/symbol=BTC-USD/timeframe=1h/.tmp-3', 'half a file')
    writeText(store, 'candles/venue=kraken/symbol=BTC-USD/timeframe=1h/year=2020/candles-stray.parquet', 'not parquet')
    expect((await querySql(store, 'select count(*) from candles')).rows).toEqual([[9003]])
  })

  it('is answered while a writer replaces what is read', async () => {
    const store = await filled()
    let writing = true
    const ask = async (): Promise<void> => {
      while (writing) {
        const { rows } = await querySql(store, "select count(*), max(close) from candles where symbol = 'BTC/USD'")
        expect([
          [9000, 9100],
          [7, 107],
        ]).toContainEqual(rows[0])
      }
    }
    const readers = [ask(), ask()]
    for (let round = 0; round < 6; round++)
      await writeSeries(store, KEY, smallCandles(round % 2 === 0 ? 7 : 9000), SOURCE)
    writing = false
    await Promise.all(readers)
  })

  it('an empty store has the tables, without rows', async () => {
    for (const table of ['candles', 'funding', 'series']) {
      expect((await querySql(temporaryDirectory(), `select * from ${table}`)).rows).toEqual([])
    }
  })

  it('numbers that are none are null', async () => {
    const { rows } = await querySql(
      temporaryDirectory(),
      "select 'nan'::double, 1e400::double, 9007199254740993, [1, 2], null",
    )
    expect(rows).toEqual([[null, null, '9007199254740993', [1, 2], null]])
  })

  it.each([
    ['two statements', 'select 1; select 2', /expected one statement, got 2/],
    ['nothing', ' -- a comment', /expected one statement, got 0/],
    ['a writing one', "copy (select 1) to '@/out.csv'", /only questions/],
    ['a table of its own', 'create table t as select 1', /only questions/],
    ['no SQL', 'selec 1', /syntax error/],
    ['an unknown table', 'from candle', /candle does not exist/],
  ])('%s is refused in one line', async (_, sql, message) => {
    const store = await filled()
    const before = snapshot(store)
    const error = await refusalOf(querySql(store, sql.replace('@', store)))
    expect(error.code).toBe('BAD_SQL')
    expect(error.line).toMatch(message)
    expect(error.line).toContain('tables: candles (venue, symbol')
    expect(error.line).not.toContain('\n')
    expect(snapshot(store)).toEqual(before)
  })
})
