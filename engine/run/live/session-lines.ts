/**
 * What a running session says on standard error: one line for its start, each fill, each alert, its end; nothing for
 * candles. Each begins with the time in UTC, and none leaves with a secret in it.
 */

import { formatDec } from '../../core/dec.ts'
import type { Instrument } from '../../core/instrument.ts'
import { Purpose } from '../../core/order.ts'
import type { AlertLevel } from '../../live/alerts/alert.ts'
import type { Environment } from '../../live/environment.ts'
import { processRedactor } from '../../live/keys/redactor.ts'
import type { Condition } from '../../live/safety/conditions.ts'
import type { BookedFill } from '../../live/session-options.ts'
import type { LiveStart } from './live-session.ts'

/** A trade that is older than this when it is told of names its own time, too. */
const OLD_MS = 5_000

export class SessionLines {
  private readonly environment: Pick<Environment, 'nowMs'>
  private readonly log: (line: string) => void

  constructor(environment: Pick<Environment, 'nowMs'>, log: (line: string) => void) {
    this.environment = environment
    this.log = log
  }

  say(text: string): void {
    this.log(`${utc(this.environment.nowMs())} ${processRedactor.redact(text)}`)
  }

  alert(level: AlertLevel, code: string, text: string): void {
    this.say(`${level} ${code}: ${text}`)
  }

  fill({ trade, order, position }: BookedFill, { symbol, quote, qtyDec }: Instrument): void {
    const { side, quantity, price, fee, feeAsset, atMs } = trade
    const when = this.environment.nowMs() - atMs > OLD_MS ? ` (traded ${utc(atMs)})` : ''
    const cost = fee === null ? 'fee not told yet' : `fee ${fee} ${feeAsset ?? quote}`
    const what = `${NAMES[order.purpose]}, position now ${formatDec(position, qtyDec)}`
    this.say(`fill ${symbol} ${side > 0 ? 'buy' : 'sell'} ${quantity} at ${price}, ${cost}; ${what}${when}`)
  }

  /** `state` and what keeps it from being ACTIVE; what it holds, and what rests. */
  begun(folder: string, state: string, conditions: readonly Condition[], started: LiveStart): void {
    const { decider } = started
    const why = conditions.map(({ key, why: text }) => `${key}: ${text}`).join('; ')
    const rows = `${decider.rows - decider.originRow} rows so far`
    this.say([`${folder}: ${state}${why === '' ? '' : ` (${why})`}`, rows, ...this.holdings(started)].join(', '))
    if (state === 'HALTED') this.say(`only what lowers exposure is sent until it is resumed: tandem resume`)
  }

  /** It was told to stop: what is left at the venue stays there without it. */
  ending(started: LiveStart): void {
    this.say(['closing: entries are taken back, what protects a position stays', ...this.holdings(started)].join('; '))
  }

  private holdings({ decider, session }: LiveStart): readonly string[] {
    const held = decider.instruments.filter(({ id }) => decider.held(id) !== 0)
    const positions = held.map(({ id, symbol, qtyDec }) => `holds ${formatDec(decider.held(id), qtyDec)} ${symbol}`)
    const out = [...session.table.open].filter((order) => order.out).length
    return [...positions, ...(out === 0 ? [] : [out === 1 ? '1 order out' : `${out} orders out`])]
  }
}

const NAMES: Readonly<Record<Purpose, string>> = {
  [Purpose.entry]: 'entry',
  [Purpose.exit]: 'exit',
  [Purpose.stop]: 'stop',
  [Purpose.target]: 'target',
  [Purpose.emergency]: 'emergency exit',
  [Purpose.rebalance]: 'rebalance',
  [Purpose.reallocation]: 'reallocation',
  [Purpose.liquidation]: 'liquidation',
  [Purpose.cleanup]: 'cleanup',
}

/** `2026-01-31 23:59:58Z`. */
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`
}
