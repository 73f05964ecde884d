/** Shards of one sweep into its results: the same files as if one process had run it. */

import { TandemError } from '../core/errors.ts'
import type { RunFile } from '../run/config/index.ts'
import { defaultFolder, journalOf, openFolder, readRecord } from './folder.ts'
import { fromStore } from './frames.ts'
import { Journal } from './journal.ts'
import { ledgerPath } from './ledger.ts'
import { planSweep, type SweepPlan } from './plan.ts'
import { catchUp, finish, type SweepOptions, type SweepSummary } from './run-sweep.ts'
import type { Search } from './search.ts'
import { isOwn, type Shard } from './shard.ts'
import { InlinePool } from './threads/pool.ts'

export type MergeOptions = Pick<SweepOptions, 'store' | 'runs' | 'out' | 'top' | 'baseFolder' | 'log' | 'market'>

interface ShardFolder {
  readonly path: string
  readonly shard: Shard
  readonly journal: Journal
}

/**
 * Joins the folders of all shards of the run file's sweep. Throws `OTHER_SWEEP` for a folder of another one,
 * `SHARDS_MISSING` where trials are missing; nothing is written then.
 */
export async function mergeSweep(
  file: RunFile,
  folders: readonly string[],
  options: MergeOptions,
): Promise<SweepSummary> {
  const plan = await planSweep(file, {
    baseFolder: options.baseFolder,
    market: options.market ?? fromStore(options.store),
  })
  const shards: ShardFolder[] = []
  try {
    for (const path of folders) shards.push(openShard(path, plan))
    const search = plan.search()
    const places = placesOf(plan, search, shards)
    return await write(plan, search, places, options)
  } finally {
    for (const { journal } of shards) journal.close()
  }
}

function openShard(path: string, plan: SweepPlan): ShardFolder {
  const { identity, shard, name } = readRecord(path)
  if (identity !== plan.identity) {
    throw new TandemError(
      `the shard is of another sweep (${name}, ${identity.slice(0, 10)}) than the run file describes (${plan.identity.slice(0, 10)})`,
      {
        code: 'OTHER_SWEEP',
        where: path,
        hint: 'name the run file and the --set options it was started with; candles and strategy must be the same too',
      },
    )
  }
  try {
    return { path, shard: shard ?? { index: 0, count: 1 }, journal: new Journal(journalOf(path), true) }
  } catch (cause) {
    throw new TandemError(`can't read: ${(cause as Error).message}`, {
      code: 'NO_SWEEP_FOLDER',
      where: journalOf(path),
      cause,
    })
  }
}

/** The journal of each batch of the sweep, in order. */
function placesOf(plan: SweepPlan, search: Search, shards: readonly ShardFolder[]): Map<number, Journal> {
  const places = new Map<number, Journal>()
  const count = Math.max(...shards.map(({ shard }) => shard.count))
  const missing = new Map<number, number>()
  let ordinal = 0
  for (const { from, numbers } of search.next(plan.batchRows) ?? []) {
    const own = shards.find(({ journal }) => journal.has(from))
    const index = ordinal++
    if (own !== undefined) places.set(from, own.journal)
    else {
      const shard = Array.from({ length: count }, (_, i) => i).find((i) => isOwn({ index: i, count }, index))!
      missing.set(shard, (missing.get(shard) ?? 0) + numbers.length)
    }
  }
  if (missing.size === 0) return places
  const parts = [...missing].map(([shard, trials]) => `${trials} of shard ${shard + 1}/${count}`)
  throw new TandemError(`trials are missing: ${parts.join(', ')}`, {
    code: 'SHARDS_MISSING',
    where: 'merge',
    hint: 'name every shard, and continue unfinished ones with --resume',
  })
}

async function write(
  plan: SweepPlan,
  search: Search,
  places: ReadonlyMap<number, Journal>,
  options: MergeOptions,
): Promise<SweepSummary> {
  const path = options.out ?? defaultFolder(options.runs, plan, null)
  const folder = openFolder(path, plan, null, false)
  const journal = new Journal(folder.journal)
  const pool = new InlinePool(plan.frames)
  try {
    for (const [from, source] of places) journal.append(source.read(from))
    options.log(`${journal.trials} trials`)
    const ledger = ledgerPath(options.runs)
    catchUp(ledger, plan.identity, journal)
    return await finish(plan, search, path, journal, pool, ledger, options.top)
  } finally {
    journal.close()
    folder.release()
  }
}
