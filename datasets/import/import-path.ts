/** A file, folder or archive into the store: every series in it detected, checked, and only then written. */

import { basename } from 'node:path'
import { TandemError } from '../../engine/core/errors.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import { checkSeriesKey } from '../series.ts'
import { type Gathered, gatherSeries } from './gather.ts'
import { type Input, listInputs } from './input/input.ts'
import { checkReadOptions } from './options.ts'
import { lookAt } from './read.ts'
import { refusal } from './refuse.ts'
import { type Target, targetName, targetOf, type Wanted } from './series-of.ts'
import { storeGathered } from './store-gathered.ts'

export interface ImportPathOptions extends Wanted {
  /** Store directory. */
  readonly store: string
  /** Reads and checks everything and writes nothing. */
  readonly dryRun?: boolean
}

/** One series that was imported, or with `dryRun` would be. */
export interface ImportedSeries extends Target {
  readonly rows: number
  /** First and last bar open or settlement, ms UTC. */
  readonly firstMs: number
  readonly lastMs: number
  readonly gaps: { readonly runs: number; readonly bars: number }
  readonly zeroVolumeRows: number
  readonly dataHash: string
  readonly sourceSha256: string
  readonly format: string
  /** Base names of the files its rows come from. */
  readonly files: readonly string[]
  /** Did the store have this series before? It is then replaced as a whole. */
  readonly replaced: boolean
  readonly fixes: readonly AppliedFix[]
  /** What the format was understood to say. */
  readonly notes: readonly string[]
}

export interface ImportResult {
  readonly dryRun: boolean
  readonly series: readonly ImportedSeries[]
  /** Files of a folder or archive that could not be imported, with the one line that says why. */
  readonly refused: readonly { readonly file: string; readonly code: string; readonly reason: string }[]
  /** Files that hold other series than those asked for. */
  readonly passedOver: readonly { readonly file: string; readonly reason: string }[]
}

interface Group {
  readonly target: Target
  readonly inputs: Input[]
}

/**
 * Imports all series under a path, each replacing an earlier one of its name. A file that is refused stops the import
 * if it is the only one, else its series alone; each series is written in one step. Throws the refusals of the
 * importers, and `NOTHING_TO_IMPORT`.
 */
export async function importPath(path: string, options: ImportPathOptions): Promise<ImportResult> {
  checkReadOptions(options)
  const inputs = await listInputs(path)
  const single = inputs.length === 1
  const refused: { file: string; code: string; reason: string }[] = []
  const passedOver: { file: string; reason: string }[] = []
  const groups = new Map<string, Group>()
  const attempt = async (file: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (single || !(error instanceof TandemError) || error.code === 'STORE_NOT_WRITABLE') throw error
      refused.push({ file, code: error.code, reason: error.line })
    }
  }
  for (const input of inputs) {
    await attempt(input.label, async () => {
      const target = targetOf(input, await lookAt(input, options), options, single)
      if (typeof target === 'string') return void passedOver.push({ file: input.label, reason: target })
      checkSeriesKey({ ...target, timeframeMs: target.timeframeMs ?? 3_600_000, price: target.price ?? 'mark' })
      const name = targetName(target)
      const group = groups.get(name) ?? { target, inputs: [] }
      group.inputs.push(input)
      groups.set(name, group)
    })
  }
  const series: ImportedSeries[] = []
  for (const { target, inputs: members } of groups.values()) {
    await attempt(members[0]!.label, async () => {
      series.push(await importSeries(path, target, members, options))
    })
  }
  if (series.length === 0) throw nothing(path, refused, passedOver)
  return { dryRun: options.dryRun === true, series, refused, passedOver }
}

async function importSeries(
  path: string,
  target: Target,
  inputs: readonly Input[],
  options: ImportPathOptions,
): Promise<ImportedSeries> {
  const gathered: Gathered = await gatherSeries(target, inputs, options)
  try {
    return await storeGathered(options.store, basename(path), gathered, options.dryRun === true)
  } finally {
    gathered.candles?.dispose()
  }
}

function nothing(path: string, refused: ImportResult['refused'], passedOver: ImportResult['passedOver']): TandemError {
  const [first] = refused
  if (first !== undefined) {
    const more = refused.length > 1 ? `; and ${refused.length - 1} more files` : ''
    const message = `none of the files can be imported: ${first.reason}${more}`
    return refusal('NOTHING_TO_IMPORT', { file: path }, message, 'import them one by one to see each')
  }
  const [other] = passedOver
  const message = `none of its ${passedOver.length} files is what was asked for: ${other?.file ?? ''} ${other?.reason ?? ''}`
  return refusal('NOTHING_TO_IMPORT', { file: path }, message, 'ask for another symbol or timeframe')
}
