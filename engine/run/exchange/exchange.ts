/** Composes a loopback exchange from options, and keeps it running until it is told to stop. */

import { readFile } from 'node:fs/promises'
import { parseDateRange } from '../../../datasets/dates.ts'
import { TandemError } from '../../core/errors.ts'
import { type ExchangeClock, ScaledClock, VirtualClock } from '../../loopback/clock.ts'
import type { SavedExchange } from '../../loopback/exchange.ts'
import { exportExchange } from '../../loopback/export.ts'
import { Faults, parseFaults } from '../../loopback/faults/faults.ts'
import type { AccountSetup } from '../../loopback/floor.ts'
import { type RunningExchange, startExchange } from '../../loopback/start.ts'
import { writeWhole } from '../whole-file.ts'
import { exchangeCandles } from './candles.ts'
import { floorOf } from './floors.ts'
import { keysFor } from './keys-file.ts'
import type { ExchangeOptions } from './options.ts'

export interface StartedExchange extends RunningExchange {
  readonly symbols: readonly string[]
  readonly accounts: readonly string[]
  readonly keysFile: string
  readonly startMs: number
  readonly endMs: number
}

/** Throws what candles, keys and terms throw; `BAD_START` for a time outside the candles. */
export async function openExchange(options: ExchangeOptions, onEnd: () => void = () => {}): Promise<StartedExchange> {
  const saved = options.state === undefined ? null : await readState(options.state)
  const bornMs = saved?.startMs ?? Date.now()
  const candles = await exchangeCandles(options, bornMs)
  const accounts = accountsOf(options)
  const [spot, futures] = await Promise.all([
    floorOf('spot', candles, accounts, options),
    floorOf('futures', candles, accounts, options),
  ])
  const keys = await keysFor(
    accounts.map(({ name }) => name),
    options.keysFile,
  )
  const firstMs = Math.min(...candles.map((one) => one.candles.time[0]!))
  const endMs = Math.max(...candles.map((one) => one.candles.time.at(-1)! + one.timeframeMs))
  const startMs = startOf(options, firstMs, endMs, bornMs)
  const faults =
    options.faults === undefined ? {} : { faults: new Faults(parseFaults(options.faults), options.faultSeed) }
  const setup = {
    spot,
    futures,
    keys,
    clock: options.start === NOW ? wallClock() : clockOf(options, saved?.nowMs ?? startMs),
    startMs,
    seed: options.seed,
    ...faults,
  }
  const pace = options.speed === 'virtual' ? 'none' : options.speed === 'max' ? 'rush' : 'tick'
  const { port, tier, rateLimits, lateMs } = options
  const running = await startExchange(setup, { port, tier, rateLimits, pace, onEnd, lateMs, saved })
  return {
    ...running,
    symbols: candles.map(({ symbol }) => symbol),
    accounts: accounts.map(({ name }) => name),
    keysFile: options.keysFile,
    startMs,
    endMs,
  }
}

/** As `--start`: the exchange has the time of day, so that a session without a clock of its own can trade there. */
const NOW = 'now'

function accountsOf({ balances, accounts = {} }: ExchangeOptions): readonly AccountSetup[] {
  const others = Object.entries(accounts).map(([name, own]) => ({ name, balances: own }))
  return [...(others.some(({ name }) => name === 'main') ? [] : [{ name: 'main', balances }]), ...others]
}

function startOf({ start, speed }: ExchangeOptions, firstMs: number, endMs: number, bornMs: number): number {
  if (start === undefined) return firstMs
  if (start === NOW && speed !== 1) {
    throw new TandemError('the exchange can only keep the time of day at its own speed', {
      code: 'BAD_START',
      where: '--start now',
      hint: 'leave --speed out, or give --start a day of the candles',
    })
  }
  const { fromMs } = start === NOW ? { fromMs: bornMs } : parseDateRange(start)
  if (fromMs !== undefined && fromMs >= firstMs && fromMs < endMs) return fromMs
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16)
  throw new TandemError(`${start} is outside the candles, which go from ${day(firstMs)} to ${day(endMs)}`, {
    code: 'BAD_START',
    where: '--start',
  })
}

function wallClock(): ExchangeClock {
  return new ScaledClock(Date.now(), 1, () => performance.now())
}

function clockOf({ speed }: ExchangeOptions, startMs: number): ExchangeClock {
  return typeof speed === 'number'
    ? new ScaledClock(startMs, speed, () => performance.now())
    : new VirtualClock(startMs)
}

/** Writes the exchange's own account of every order and trade. Throws `NOT_WRITABLE`. */
export async function saveExport({ exchange }: RunningExchange, file: string): Promise<void> {
  await writeOwn(file, JSON.stringify(exportExchange(exchange), null, 2))
}

/** Writes what a later exchange of the same options needs to go on. Throws `NOT_WRITABLE`. */
export async function saveState({ exchange }: RunningExchange, file: string): Promise<void> {
  await writeOwn(file, JSON.stringify(exchange.save()))
}

/** Null where the file isn't there. Throws `BAD_STATE`. */
async function readState(file: string): Promise<SavedExchange | null> {
  try {
    const saved = JSON.parse(await readFile(file, 'utf8')) as SavedExchange
    if (saved.version === 1) return saved
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  }
  throw new TandemError('this is no saved exchange', { code: 'BAD_STATE', where: file, hint: 'name another --state' })
}

/** For its owner alone: it may hold keys. */
function writeOwn(file: string, text: string): Promise<void> {
  const unwritable = { code: 'NOT_WRITABLE', what: 'the file', hint: 'name a writable one', mode: 0o600 }
  return writeWhole(file, `${text}\n`, unwritable)
}
