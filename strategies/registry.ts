/** The strategies that come with tandem, by name; each file is loaded only when it is asked for. */

import type { StrategyModule } from '../engine/core/strategy.ts'

// biome-ignore lint/suspicious/noExplicitAny: each strategy has parameters of its own type, checked by its own schema.
type AnyModule = StrategyModule<any>
type Loader = () => Promise<AnyModule>

export const strategies: Readonly<Record<string, Loader>> = {
  'buy-and-hold': async () => (await import('./buy-and-hold.ts')).default,
  'donchian-breakout': async () => (await import('./donchian-breakout.ts')).default,
  'rsi-reversion': async () => (await import('./rsi-reversion.ts')).default,
  'sma-cross': async () => (await import('./sma-cross.ts')).default,
}
