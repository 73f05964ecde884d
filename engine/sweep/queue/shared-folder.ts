/**
 * The folder that a sweep and its queue workers share: plans, candles and strategies by the hash of their content,
 * results by name. Files are written under another name and renamed; whoever writes one twice writes the same.
 */

import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CandleSeries, Candles, ExogenousSeries } from '../../core/candles.ts'
import { allocateCandles, FIELDS, sharedColumn } from '../../core/candles.ts'
import { TandemError } from '../../core/errors.ts'
import type { FundingSeries, MarkColumns } from '../../core/funding.ts'
import { sha256Hex } from '../../run/canonical.ts'
import type { ResolvedConfig } from '../../run/config/index.ts'
import { type Market, makeMarket } from '../../run/market.ts'
import type { BatchResult, MarketShare } from '../batch.ts'
import { decodeFrame, encodeFrame } from '../codec.ts'
import { marketKey } from '../frames.ts'
import type { Axis } from '../space/axis.ts'

/** What a worker must know of a sweep. */
export interface SharedPlan {
  readonly identity: string
  readonly input: Readonly<Record<string, unknown>>
  readonly axes: readonly Axis[]
  readonly batchRows: number
  /** Bundles of strategy files: by the file's name in the run file, the bundle's place here and the code's hash. */
  readonly strategies: Readonly<Record<string, { readonly bundle: string; readonly hash: string }>>
}

/** Where the content of a configuration's market is. */
interface MarketFile {
  readonly sha256: string
}

export class SharedFolder {
  private readonly path: string
  private readonly written = new Set<string>()

  constructor(path: string) {
    this.path = path
  }

  async writePlan(plan: SharedPlan): Promise<void> {
    await this.write(`plans/${plan.identity}.json`, JSON.stringify(plan))
  }

  async readPlan(identity: string): Promise<SharedPlan> {
    return JSON.parse((await this.read(`plans/${identity}.json`)).toString('utf8')) as SharedPlan
  }

  /** Writes a text by its content's hash; returns its place. */
  async writeContent(text: string, ending: string): Promise<string> {
    const place = `content/${sha256Hex(text)}${ending}`
    await this.write(place, text)
    return place
  }

  async readContent(place: string): Promise<string> {
    const text = (await this.read(place)).toString('utf8')
    if (place.includes(sha256Hex(text))) return text
    throw this.damaged(place)
  }

  /** Puts a configuration's candles here, where they aren't yet. */
  async writeMarket(config: ResolvedConfig, share: MarketShare): Promise<void> {
    const index = marketIndex(config)
    if (this.written.has(index) || this.has(index)) return
    const bytes = encodeMarket(share)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await this.write(`content/${sha256}.candles`, bytes)
    await this.write(index, JSON.stringify({ sha256 } satisfies MarketFile))
    this.written.add(index)
  }

  /** A configuration's market. Throws `SHARED_FOLDER` where it isn't there or isn't what was written. */
  async readMarket(config: ResolvedConfig): Promise<Market> {
    const { sha256 } = JSON.parse((await this.read(marketIndex(config))).toString('utf8')) as MarketFile
    const place = `content/${sha256}.candles`
    const bytes = await this.read(place)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw this.damaged(place)
    return decodeMarket(bytes)
  }

  async writeResult(name: string, result: BatchResult): Promise<void> {
    await this.write(`results/${name}`, encodeFrame(result))
  }

  /** A batch's result; null while there is none, or none that is whole. */
  async readResult(name: string): Promise<BatchResult | null> {
    return this.has(`results/${name}`) ? decodeFrame(await this.read(`results/${name}`)) : null
  }

  private has(place: string): boolean {
    return existsSync(join(this.path, place))
  }

  private async read(place: string): Promise<Buffer> {
    try {
      return await readFile(join(this.path, place))
    } catch (cause) {
      throw new TandemError(`can't read ${place}: ${(cause as Error).message}`, {
        code: 'SHARED_FOLDER',
        where: this.path,
        hint: 'the sweep and all its workers need the same --shared folder',
        retryable: true,
        cause,
      })
    }
  }

  private async write(place: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.path, place)
    const partial = `${path}.${randomBytes(4).toString('hex')}.part`
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(partial, content)
      await rename(partial, path)
    } catch (cause) {
      throw new TandemError(`can't write ${place}: ${(cause as Error).message}`, {
        code: 'SHARED_FOLDER',
        where: this.path,
        hint: 'name a writable folder with --shared',
        cause,
      })
    }
  }

  private damaged(place: string): TandemError {
    return new TandemError(`${place} isn't what was written`, {
      code: 'SHARED_FOLDER',
      where: this.path,
      hint: 'remove it: it is written again',
    })
  }
}

/** Form of a market's file: one of another form isn't looked for. */
const FORM = 2

function marketIndex(config: ResolvedConfig): string {
  return `markets/${sha256Hex(`${FORM} ${marketKey(config)}`)}.json`
}

type SeriesName = Omit<CandleSeries, 'candles'> & { readonly rows: number }

interface MarketHead {
  readonly series: readonly SeriesName[]
  /** What is traded, and finer bars, where there are any. */
  readonly traded: readonly SeriesName[] | null
  readonly fine: readonly SeriesName[] | null
  readonly exogenous: readonly (Pick<ExogenousSeries, 'name' | 'dataHash'> & { readonly rows: number })[]
  /** By symbol, where it pays fundings; and whether it has mark prices of its own. */
  readonly funding: readonly ((Omit<FundingSeries, 'time' | 'rate'> & { readonly rows: number }) | null)[]
  readonly marks: readonly boolean[]
  readonly dataHash: string
}

const MARK_COLUMNS = ['open', 'high', 'low', 'close'] as const satisfies readonly (keyof MarkColumns)[]
const CANDLE_COLUMNS = ['time', ...FIELDS] as const satisfies readonly (keyof Candles)[]

/** Length of the head, the head as JSON, then the columns as doubles, in the order of the head. */
function encodeMarket({ grid, read, fine, exogenous, funding, marks, dataHash }: MarketShare): Buffer {
  const seriesOf = (one: MarketShare['grid']): CandleSeries[] => one.symbols.map(({ series }) => series)
  const nameOf = ({ venue, symbol, timeframeMs, dataHash, candles }: CandleSeries): SeriesName => {
    return { venue, symbol, timeframeMs, dataHash, rows: candles.time.length }
  }
  const traded = grid === read ? null : seriesOf(grid)
  const finer = fine === null ? null : seriesOf(fine)
  const head: MarketHead = {
    series: seriesOf(read).map(nameOf),
    traded: traded?.map(nameOf) ?? null,
    fine: finer?.map(nameOf) ?? null,
    exogenous: exogenous.map(({ name, dataHash, value }) => ({ name, dataHash, rows: value.length })),
    funding: funding.map((one) => {
      if (one === null) return null
      const { time, rate: _, ...name } = one
      return { ...name, rows: time.length }
    }),
    marks: marks.map((one) => one !== null),
    dataHash,
  }
  const columns = [
    ...[...seriesOf(read), ...(traded ?? []), ...(finer ?? [])].flatMap(({ candles }) =>
      CANDLE_COLUMNS.map((name) => candles[name]),
    ),
    ...exogenous.flatMap(({ knownMs, value }) => [knownMs, value]),
    ...funding.flatMap((one) => (one === null ? [] : [one.time, one.rate])),
    ...marks.flatMap((one) => (one === null ? [] : MARK_COLUMNS.map((name) => one[name]))),
  ]
  const text = Buffer.from(JSON.stringify(head), 'utf8')
  const length = Buffer.alloc(8)
  length.writeDoubleLE(text.length)
  return Buffer.concat([length, text, ...columns.map((one) => Buffer.from(one.buffer, one.byteOffset, one.byteLength))])
}

function decodeMarket(bytes: Buffer): Market {
  const length = bytes.readDoubleLE(0)
  const head = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as MarketHead
  let at = 8 + length
  const fill = (column: Float64Array): Float64Array => {
    const target = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    target.set(bytes.subarray(at, at + target.length))
    at += target.length
    return column
  }
  const seriesOf = ({ rows, ...name }: SeriesName): CandleSeries => {
    const candles = allocateCandles(rows)
    for (const column of CANDLE_COLUMNS) fill(candles[column])
    return { ...name, candles }
  }
  const series = head.series.map(seriesOf)
  const traded = head.traded?.map(seriesOf)
  const fine = head.fine?.map(seriesOf) ?? null
  const exogenous = head.exogenous.map(({ rows, ...name }): ExogenousSeries => {
    return { ...name, knownMs: fill(sharedColumn(rows)), value: fill(sharedColumn(rows)) }
  })
  const funding = head.funding.map((one): FundingSeries | null => {
    if (one === null) return null
    const { rows, ...name } = one
    return { ...name, time: fill(sharedColumn(rows)), rate: fill(sharedColumn(rows)) }
  })
  const market = makeMarket(series, exogenous, { ...(traded === undefined ? {} : { traded }), fine, funding })
  const column = (): Float64Array => fill(sharedColumn(market.grid.rows))
  const marks = head.marks.map((has): MarkColumns | null =>
    has ? { open: column(), high: column(), low: column(), close: column() } : null,
  )
  // The marks are on the run's rows already; what they were made of is only known by its hash.
  return { ...market, marks, dataHash: head.dataHash }
}
