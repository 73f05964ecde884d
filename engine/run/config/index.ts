/** Configuration: the run file's schema, loading, overrides, hash. Import it lazily where start-up time counts (zod). */

export { currencyOf } from './currency.ts'
export { parseDateMs, parseEndMs } from './date.ts'
export { configHash, loadConfig, loadRunFile, type RunFile, readRunText, resolveConfig } from './load.ts'
export { applyOverride } from './overrides.ts'
export { configJsonSchema, type ResolvedConfig, type StrategyReference } from './schema.ts'
export type { SpaceAxis, SweepObjective, SweepSection } from './sweep-section.ts'
export { defaultValidation, type ValidateSection } from './validate-section.ts'
