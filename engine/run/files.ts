/** The run's directory: written whole under a temporary name, then renamed into place. */

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { Metric, RunResult } from '../core/result.ts'
import { equityArrow, tradesArrow } from './arrow-files.ts'

export interface RunFiles {
  readonly [name: string]: string
}

export interface RunDocuments {
  readonly result: RunResult
  readonly metrics: readonly Metric[]
  readonly analysis: unknown
  readonly summary: unknown
  readonly configYaml: string
  /** Null where the run is made of others, which have their own. */
  readonly records: { readonly decisions: Uint8Array; readonly outcomes: Uint8Array } | null
  /** The HTML report, and every figure of it with unit, basis and definition; null where it isn't wanted. */
  readonly report: { readonly page: string; readonly figures: unknown } | null
}

/** The file that every run's directory has. */
const SUMMARY = 'summary.json'

/**
 * Writes everything into `directory`, replacing an earlier run there; `parts` are runs by their folder in it, written the
 * same way. Returns the paths of the run's own files by name. Throws
 * `NO_RUN_DIRECTORY` where something else is there, `RUN_NOT_WRITABLE` where it can't be written; both leave what was.
 */
export async function writeRun(
  directory: string,
  documents: RunDocuments,
  parts: Readonly<Record<string, RunDocuments>> = {},
): Promise<RunFiles> {
  await checkRunDirectory(directory)
  const contents = await render(documents)
  const partial = `${directory}.partial-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(partial, { recursive: true })
    await writeAll(partial, contents)
    for (const [folder, part] of Object.entries(parts)) {
      await mkdir(join(partial, folder), { recursive: true })
      await writeAll(join(partial, folder), await render(part))
    }
    await replaceDirectory(partial, directory)
    return Object.fromEntries(contents.map(([file]) => [nameOf(file), join(directory, file)]))
  } catch (cause) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw new TandemError(`can't write the run: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'RUN_NOT_WRITABLE',
      where: directory,
      hint: 'name a writable directory with free space',
      cause,
    })
  }
}

/** A file's name, and what is in it; bytes may be in pieces. */
type Content = readonly [file: string, content: string | Uint8Array | readonly Uint8Array[]]

async function writeAll(folder: string, contents: readonly Content[]): Promise<void> {
  await Promise.all(contents.map(([file, content]) => writeFile(join(folder, file), content)))
}

/** A run replaces only a run: a mistyped --out must not cost somebody's files. Throws `NO_RUN_DIRECTORY`. */
export async function checkRunDirectory(directory: string): Promise<void> {
  const refuse = (message: string): never => {
    throw new TandemError(message, {
      code: 'NO_RUN_DIRECTORY',
      where: directory,
      hint: 'name a new directory, an empty one or that of an earlier run',
    })
  }
  let names: string[]
  try {
    names = await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') refuse('this is no directory')
    return
  }
  if (names.length > 0 && !names.includes(SUMMARY)) refuse('this directory has other files than those of a run')
}

/** `trades.arrow` → `trades`; `decisions.bin` → `decisions`. */
function nameOf(file: string): string {
  return file.replace(/\.[^.]*$/, '')
}

async function render(documents: RunDocuments): Promise<Content[]> {
  const { result, report, records } = documents
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  const files: Content[] = [
    ['config.yaml', documents.configYaml],
    [SUMMARY, json(documents.summary)],
    ['metrics.json', json(documents.metrics)],
    ['analysis.json', json(documents.analysis)],
    ['equity.arrow', await equityArrow(result)],
    ['trades.arrow', await tradesArrow(result.trades)],
  ]
  if (records !== null) files.push(['decisions.bin', records.decisions], ['outcomes.bin', records.outcomes])
  if (report !== null) files.push(['figures.json', json(report.figures)], ['report.html', report.page])
  return files
}

async function replaceDirectory(from: string, to: string): Promise<void> {
  const old = `${to}.old-${randomBytes(4).toString('hex')}`
  try {
    await rename(to, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await rename(from, to)
  await rm(old, { recursive: true, force: true })
}
