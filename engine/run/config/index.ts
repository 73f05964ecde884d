/** Configuration: the run file's schema, loading, overrides, hash. Import it lazily where start-up time counts (zod). */

export { parseDateMs, parseEndMs } from './date.ts'
export { configHash, loadConfig, resolveConfig } from './load.ts'
export { configJsonSchema, currencyOf, type ResolvedConfig, type StrategyReference } from './schema.ts'
export { defaultValidation, type ValidateSection } from './validate-section.ts'
