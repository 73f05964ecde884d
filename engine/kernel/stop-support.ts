/** Stops at venues that can't rest them: they are watched at closes instead (RULES C2). */

import { TandemError } from '../core/errors.ts'
import type { Instrument } from '../core/instrument.ts'
import type { OrderSupport } from '../core/order-support.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { DeskOptions } from './desk-types.ts'

/** Whether some venue of the run can't rest a stop by itself. */
export function watchesStops({ support, instruments, grid }: DeskOptions): boolean {
  if (support === null || support === undefined) return false
  return instruments.some((one) => !support.restsStop(one, false, grid.time[0]!))
}

/** What of an entry's exits can rest at its venue: all as it is, or all but the stop. */
export function restingPart(
  support: OrderSupport | null | undefined,
  instrument: Instrument,
  atMs: number,
  options: SignalOptions,
): SignalOptions {
  if (support === null || support === undefined) return options
  const { target, targetPrice, stop, stopPrice, stopLimit } = options
  if ((stop === undefined && stopPrice === undefined) || stopLimit !== undefined) return options
  const paired = target !== undefined || targetPrice !== undefined
  return support.restsStop(instrument, paired, atMs) ? options : { ...options, stop: undefined, stopPrice: undefined }
}

export function withoutTarget(options: SignalOptions): SignalOptions {
  return { ...options, target: undefined, targetPrice: undefined }
}

/** Throws `CANT_MONITOR` for what has to follow the market inside bars. */
export function refuseTrail({ trail, trailAmount }: SignalOptions): void {
  if (trail === undefined && trailAmount === undefined) return
  throw new TandemError("a trailing stop can't be watched at closes", {
    code: 'CANT_MONITOR',
    where: 'execution.exits',
    hint: 'let exits rest, or give a stop instead of a trail',
  })
}
