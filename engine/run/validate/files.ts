/** A policy file in, a validation's files out, and back in. */

import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { defaultPolicy, type Policy, parsePolicy } from '../../promote/policy.ts'
import { parseYaml } from '../config/yaml-source.ts'
import { VALIDATION_FORMAT, type ValidationDocument } from './document.ts'

export const VALIDATION_FILE = 'validation.json'
export const REPORT_FILE = 'validation.html'
export const FIGURES_FILE = 'validation.figures.json'

/** The policy in a file, or the defaults. Throws `BAD_POLICY` or `BAD_YAML`. */
export function loadPolicy(path: string | undefined): Policy {
  if (path === undefined) return defaultPolicy()
  return parsePolicy(parseYaml(readText(path, 'BAD_POLICY', 'name a policy file in YAML'), path).value, path)
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Writes a validation into its run's directory. Returns the files' paths by name. */
export function writeValidation(
  directory: string,
  document: ValidationDocument,
  report: { readonly html: string; readonly figures: unknown } | null,
): Readonly<Record<string, string>> {
  const texts = [
    [VALIDATION_FILE, `${JSON.stringify(document)}\n`],
    ...(report === null
      ? []
      : [
          [REPORT_FILE, report.html],
          [FIGURES_FILE, `${JSON.stringify(report.figures, null, 2)}\n`],
        ]),
  ]
  for (const [name, text] of texts) writeWhole(join(directory, name!), text!)
  return Object.fromEntries(texts.map(([name]) => [name!, join(directory, name!)]))
}

function writeWhole(path: string, text: string): void {
  const partial = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    writeFileSync(partial, text)
    renameSync(partial, path)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw new TandemError(`can't be written: ${(cause as Error).message}`, {
      code: 'VALIDATION_NOT_WRITABLE',
      where: path,
      cause,
    })
  }
}

/** The validation of a run. Throws `NOT_VALIDATED` (exit code 1). */
export function readValidation(directory: string): ValidationDocument {
  const path = join(directory, VALIDATION_FILE)
  const hint = `tandem validate ${directory} makes it`
  const refuse = (message: string, cause?: unknown): never => {
    throw new TandemError(message, { code: 'NOT_VALIDATED', where: path, hint, exitCode: 1, cause })
  }
  let document: Partial<ValidationDocument> = {}
  try {
    document = JSON.parse(readFileSync(path, 'utf8')) as Partial<ValidationDocument>
  } catch (cause) {
    refuse('this run has no validation that can be read', cause)
  }
  if (document.format !== VALIDATION_FORMAT || !Array.isArray(document.gates)) refuse('this is no validation')
  return document as ValidationDocument
}

function readText(path: string, code: string, hint: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TandemError("it can't be read", { code, where: path, hint, cause })
  }
}
