/**
 * What a cleanup does (RULES D3): cancel all open orders, sell positions worth less than a floor, purge symbols that the
 * venue no longer lists, and name the dust that can't be sold. One list of steps, printed or carried out.
 */

import { type Dec, decFromNumber, formatDec, Rounding, roundToStep } from '../core/dec.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { venueMinimum } from './executable.ts'

export interface CleanupConfig {
  /** Positions worth less than this are sold. */
  readonly dustQuote: number
  readonly betweenCallsMs: number
}

/** A held position; `price` null where the venue names none. */
export interface HeldForCleanup {
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  readonly quantity: Dec
  readonly price: Dec | null
}

/** What the venue and our own state show. Lists may be empty or absent; order ids may be anything a venue sends. */
export interface CleanupState {
  readonly openOrderIds?: readonly unknown[] | null | undefined
  readonly positions?: readonly HeldForCleanup[] | null | undefined
  /** Symbols in our internal state, and those that the venue lists. */
  readonly known?: readonly string[] | null | undefined
  readonly listed: ReadonlySet<string>
}

export type CleanupStep =
  | { readonly kind: 'cancel'; readonly venueOrderId: string }
  /** `quantity` is what is held, down to the lot step. */
  | { readonly kind: 'sell'; readonly instrument: Instrument; readonly quantity: Dec; readonly value: Dec }
  | { readonly kind: 'purge'; readonly symbol: string }
  | { readonly kind: 'note'; readonly about: string; readonly text: string }

/** Cancels first (they free what orders hold), then sells, then purges; notes where they belong. */
export function cleanupSteps(config: CleanupConfig, state: CleanupState): CleanupStep[] {
  const steps: CleanupStep[] = []
  const seen = new Set<string>()
  for (const id of state.openOrderIds ?? []) {
    if (!isOrderId(id)) {
      steps.push({
        kind: 'note',
        about: 'order',
        text: `not cancelled: ${JSON.stringify(id) ?? 'nothing'} is no order id`,
      })
    } else if (!seen.has(id)) {
      seen.add(id)
      steps.push({ kind: 'cancel', venueOrderId: id })
    }
  }
  for (const position of state.positions ?? []) {
    const step = positionStep(config, state.listed, position)
    if (step !== null) steps.push(step)
  }
  const held = (state.positions ?? []).filter((one) => one.quantity > 0).map((one) => one.instrument.symbol)
  const gone = [...new Set([...(state.known ?? []), ...held])].filter((one) => one !== '' && !state.listed.has(one))
  for (const symbol of gone.sort()) steps.push({ kind: 'purge', symbol })
  return steps
}

/** What a position needs; null for nothing. */
function positionStep(
  config: CleanupConfig,
  listed: ReadonlySet<string>,
  position: HeldForCleanup,
): CleanupStep | null {
  const { instrument, rulebook, quantity, price } = position
  const { symbol, quoteDec } = instrument
  if (quantity <= 0) return null
  const amount = formatDec(quantity, instrument.qtyDec)
  if (!listed.has(symbol)) {
    return { kind: 'note', about: symbol, text: `${amount} held can't be sold: no longer listed` }
  }
  if (price === null) return { kind: 'note', about: symbol, text: `${amount} held is left alone: it has no price` }
  const value = notional(instrument, price, quantity, Rounding.floor)
  if (value >= decFromNumber(config.dustQuote, quoteDec)) return null
  const minimum = venueMinimum(instrument, rulebook, price, -1)
  const onStep = roundToStep(quantity, rulebook.step, Rounding.floor)
  const sold = notional(instrument, price, onStep, Rounding.floor)
  if (onStep === 0 || sold < minimum || onStep < rulebook.minQty) {
    const [worth, least] = [formatDec(value, quoteDec), formatDec(minimum, quoteDec)]
    return { kind: 'note', about: symbol, text: `dust of ${worth} can't be sold: the venue's minimum is ${least}` }
  }
  return { kind: 'sell', instrument, quantity: onStep, value: sold }
}

/** A venue's order id: 1 to 128 printable characters without blanks. */
export function isOrderId(id: unknown): id is string {
  return typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id)
}

/** The plan as lines of text: what a dry run prints, and what a run prints before it begins. */
export function cleanupText(steps: readonly CleanupStep[]): string[] {
  if (steps.length === 0) return ['nothing to clean up']
  return steps.map((step) => {
    if (step.kind === 'cancel') return `cancel order ${step.venueOrderId}`
    if (step.kind === 'purge') return `purge ${step.symbol}: the venue no longer lists it`
    if (step.kind === 'note') return `${step.about}: ${step.text}`
    const { instrument, quantity } = step
    const value = formatDec(step.value, instrument.quoteDec)
    return `sell ${formatDec(quantity, instrument.qtyDec)} ${instrument.symbol} worth ${value}`
  })
}
