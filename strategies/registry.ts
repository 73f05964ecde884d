/** The strategies that come with tandem, by name; each file is loaded only when it is asked for. */

import type { StrategyModule } from '../engine/core/strategy.ts'

// biome-ignore lint/suspicious/noExplicitAny: each strategy has parameters of its own type, checked by its own schema.
type AnyModule = StrategyModule<any>
type Loader = () => Promise<AnyModule>

export const strategies: Readonly<Record<string, Loader>> = {
  'bollinger-reversion': async () => (await import('./bollinger-reversion.ts')).default,
  'buy-and-hold': async () => (await import('./buy-and-hold.ts')).default,
  'donchian-breakout': async () => (await import('./donchian-breakout.ts')).default,
  'dual-rsi': async () => (await import('./dual-rsi.ts')).default,
  'funding-carry': async () => (await import('./funding-carry.ts')).default,
  grid: async () => (await import('./grid.ts')).default,
  'keltner-breakout': async () => (await import('./keltner-breakout.ts')).default,
  'macd-trend': async () => (await import('./macd-trend.ts')).default,
  'micro-momentum': async () => (await import('./micro-momentum.ts')).default,
  'momentum-rotation': async () => (await import('./momentum-rotation.ts')).default,
  'pairs-zscore': async () => (await import('./pairs-zscore.ts')).default,
  'rsi-reversion': async () => (await import('./rsi-reversion.ts')).default,
  'sma-cross': async () => (await import('./sma-cross.ts')).default,
  'vol-target-trend': async () => (await import('./vol-target-trend.ts')).default,
}
