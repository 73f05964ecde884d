/**
 * Vega-Lite specifications become Vega when a report is made, so that a page carries one runtime and no compiler. Specs
 * hold no data and no names: those come by `view.data`, so a spec is compiled once in a process's life.
 */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TopLevelSpec } from 'vega-lite'
import { escapeScript } from './html.ts'

/** A compiled Vega specification; plain JSON. */
export type VegaSpec = Readonly<Record<string, unknown>>

const compiled = new WeakMap<TopLevelSpec, VegaSpec>()

/** Vega-Lite in, Vega out. Any warning of the compiler is our fault and thrown. */
export async function compileChart(spec: TopLevelSpec): Promise<VegaSpec> {
  const known = compiled.get(spec)
  if (known !== undefined) return known
  const { compile } = await import('vega-lite')
  const fail = (...messages: readonly unknown[]) => {
    throw new Error(`bug: chart specification: ${messages.join(' ')}`)
  }
  const quiet = () => logger
  const logger = { level: () => 2, error: fail, warn: fail, info: quiet, debug: quiet }
  const vega = compile(spec, { logger: logger as never }).spec as unknown as VegaSpec
  compiled.set(spec, vega)
  return vega
}

let runtime: Promise<string> | null = null

/** The Vega runtime as the text of an inline script. */
export function vegaRuntime(): Promise<string> {
  const build = dirname(createRequire(import.meta.url).resolve('vega'))
  return (runtime ??= readFile(join(build, 'vega.min.js'), 'utf8').then(escapeScript))
}
