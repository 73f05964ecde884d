/** Strategies by name, from a registry, or from a user's own file. */

import { existsSync, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TandemError } from '../core/errors.ts'
import type { StrategyModule } from '../core/strategy.ts'
import { builtinHash } from './builtin.ts'
import { bundleStrategy } from './strategy-bundle.ts'
import { suggestion } from './suggest.ts'

/** Strategies by name, each loaded when it is asked for. */
export type StrategyRegistry = Readonly<Record<string, () => Promise<StrategyModule>>>

export interface LoadedStrategy {
  readonly module: StrategyModule
  /** The code's fingerprint, SHA-256 hex: of the bundle, or of the file for tandem's own strategies. */
  readonly hash: string
  /** The bundle that `hash` is the hash of; null for a strategy that comes with tandem. */
  readonly source: string | null
  /** What a worker imports; null for a strategy of the registry, which it finds by name. */
  readonly bundlePath: string | null
}

export interface StrategyLoaderOptions {
  readonly registry: StrategyRegistry
  /** What a strategy's `file` is relative to: the run file's folder. Default: the current one. */
  readonly baseFolder?: string
  /** Where bundles are kept. Default: `.tandem/cache` under the current folder. */
  readonly cacheFolder?: string
}

/** Loads what a run file's `strategy:` names. Throws `UNKNOWN_STRATEGY`, `STRATEGY_UNREADABLE` or `STRATEGY_BROKEN`. */
export async function loadStrategy(
  reference: { readonly name: string } | { readonly file: string },
  options: StrategyLoaderOptions,
): Promise<LoadedStrategy> {
  if ('name' in reference) return fromRegistry(reference.name, options.registry)
  const file = resolve(options.baseFolder ?? '.', reference.file)
  checkFile(file)
  const { hash, code, bundlePath } = await bundleStrategy(file, resolve(options.cacheFolder ?? '.tandem/cache'))
  return { module: await importStrategy(bundlePath, file), hash, source: code, bundlePath }
}

async function fromRegistry(name: string, registry: StrategyRegistry): Promise<LoadedStrategy> {
  const load = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (load === undefined) {
    throw new TandemError(`there is no strategy '${name}'`, {
      code: 'UNKNOWN_STRATEGY',
      where: 'strategy.name',
      hint: suggestion(name, Object.keys(registry).sort()),
    })
  }
  return { module: await load(), hash: builtinHash(name), source: null, bundlePath: null }
}

const EXTENSIONS = ['.ts', '.js', '.mjs']

function checkFile(file: string): void {
  const fail = (message: string): never => {
    throw new TandemError(message, {
      code: 'STRATEGY_UNREADABLE',
      where: file,
      hint: 'strategy.file is relative to the run file',
    })
  }
  if (!existsSync(file)) fail('there is no such strategy file')
  if (!statSync(file).isFile()) fail('this is no file')
  if (!EXTENSIONS.includes(extname(file))) fail(`expected a strategy file ending in ${EXTENSIONS.join(', ')}`)
}

let reloads = 0

/**
 * The strategy from a module of its own, which shares nothing with the one that was loaded: whatever that keeps at the
 * top of its file isn't known here. One that comes with tandem is itself.
 */
export async function loadAfresh({ module, bundlePath }: LoadedStrategy): Promise<StrategyModule> {
  if (bundlePath === null) return module
  reloads += 1
  return importStrategy(bundlePath, `strategy ${module.name}`, `?afresh=${reloads}`)
}

/**
 * Imports a bundle and checks what it exports by default; `file` is the strategy's source, for errors.
 * Throws `STRATEGY_BROKEN`.
 */
export async function importStrategy(bundlePath: string, file: string, query = ''): Promise<StrategyModule> {
  let exports: { default?: unknown }
  try {
    exports = (await import(/* @vite-ignore */ `${pathToFileURL(bundlePath).href}${query}`)) as { default?: unknown }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new TandemError(`the strategy fails while loading: ${reason}`, {
      code: 'STRATEGY_BROKEN',
      where: file,
      cause: error,
    })
  }
  const fault = shapeFault(exports.default)
  if (fault === null) return exports.default as StrategyModule
  throw new TandemError(fault, {
    code: 'STRATEGY_BROKEN',
    where: file,
    hint: 'write export default defineStrategy({ name, description, params, create })',
  })
}

function shapeFault(value: unknown): string | null {
  if (value === undefined) return 'the file has no default export'
  if (typeof value !== 'object' || value === null) return `the default export is a ${typeof value}, not a strategy`
  const module = value as { name?: unknown; description?: unknown; params?: unknown; create?: unknown }
  if (typeof module.name !== 'string' || module.name === '') return "the default export's name is no text"
  if (typeof module.description !== 'string') return "the default export's description is no text"
  if (typeof (module.params as { safeParse?: unknown } | null | undefined)?.safeParse !== 'function') {
    return "the default export's params is no zod schema"
  }
  return typeof module.create === 'function' ? null : "the default export's create is no function"
}
