/** From a run file and `--set` options to a configuration with every default written out, or one clear line. */

import { readFileSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { explainIssue, foremost, type JsonSchema, show } from './explain.ts'
import { applyOverride, type Override, parseOverride } from './overrides.ts'
import { complete, configJsonSchema, type ResolvedConfig, runSchema } from './schema.ts'
import type { SweepSection } from './sweep-section.ts'
import { type KeyPath, parseYaml } from './yaml-source.ts'

/**
 * Reads the run file at `path`, applies `overrides` (`path=value`, the value in YAML, later ones win) and fills in
 * every default. A `strategy.file` stays as written: it is relative to the run file's folder.
 * Throws `CONFIG_UNREADABLE`, `BAD_YAML`, `BAD_OVERRIDE` or `BAD_CONFIG`.
 */
export function loadConfig(path: string, overrides: readonly string[] = []): ResolvedConfig {
  return loadRunFile(path, overrides).config
}

/** A run file in full. */
export interface RunFile {
  readonly config: ResolvedConfig
  /** What was written, overrides applied, without defaults and without `sweep:`. */
  readonly input: Readonly<Record<string, unknown>>
  /** The section that describes a sweep, with its defaults; null where there is none. */
  readonly sweep: SweepSection | null
}

/** Like `loadConfig`, with what a sweep needs beside the configuration. */
export function loadRunFile(path: string, overrides: readonly string[] = []): RunFile {
  return readRunText(readText(path), path, overrides)
}

/** Like `loadRunFile`, for a text that is at hand; `path` is named in errors. */
export function readRunText(text: string, path: string, overrides: readonly string[] = []): RunFile {
  const source = parseYaml(text, path)
  if (!isMapping(source.value)) {
    const found = source.value === null || source.value === undefined ? 'it is empty' : `got ${show(source.value)}`
    throw new TandemError(`expected keys such as strategy: and data:, ${found}`, {
      code: 'BAD_CONFIG',
      where: `${path}:1`,
    })
  }
  const parsed = overrides.map(parseOverride)
  const value = parsed.reduce<unknown>(applyOverride, source.value)
  const sections = validate(value, (fault) => {
    const override = parsed.findLast((candidate) => concerns(candidate, fault))
    return override === undefined ? `${path}:${source.lineOf(fault)}` : `--set ${override.text}`
  })
  const { sweep: _, ...input } = value as Record<string, unknown>
  return { config: complete(sections), input, sweep: sections.sweep ?? null }
}

/** Like `loadConfig`, for an object that is at hand. `where` is named in errors. Throws `BAD_CONFIG`. */
export function resolveConfig(input: unknown, where = 'configuration'): ResolvedConfig {
  return complete(validate(input, () => where))
}

/**
 * SHA-256 (hex) of a resolved configuration's canonical JSON. `origin` and `validate` are left out: where a configuration
 * came from and how it is tested doesn't change what it computes.
 */
export function configHash(config: ResolvedConfig): string {
  const { origin: _, validate: __, ...computed } = config
  return sha256Hex(canonicalJson(computed))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'this is a folder' : (error as Error).message
    throw new TandemError(message, {
      code: 'CONFIG_UNREADABLE',
      where: path,
      hint: 'expected a run file in YAML',
      cause: error,
    })
  }
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a fault at `path` lies in what the override set: at it or below it, or above it where it made a section. */
function concerns(override: Override, path: KeyPath): boolean {
  const shared = Math.min(override.path.length, path.length)
  return override.path.slice(0, shared).every((step, i) => String(step) === String(path[i])) && path.length > 0
}

function validate(input: unknown, whereOf: (path: KeyPath) => string): Parameters<typeof complete>[0] {
  const result = runSchema.safeParse(input)
  if (result.success) return result.data
  const { issues } = result.error
  const { path, message, hint } = explainIssue(foremost(issues), input, () => configJsonSchema() as JsonSchema)
  const more = issues.length > 1 ? `; ${issues.length - 1} more after this` : ''
  throw new TandemError(`${path.length === 0 ? '' : `${path.join('.')}: `}${message}${more}`, {
    code: 'BAD_CONFIG',
    where: whereOf(path),
    ...(hint === null ? {} : { hint }),
  })
}
