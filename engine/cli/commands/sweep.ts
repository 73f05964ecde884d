/** `tandem sweep`: many runs of one configuration. */

import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import type { SweepOptions } from '../../sweep/run-sweep.ts'
import { defineCommand } from '../command.ts'
import { withReport } from '../pages/sweep-page.ts'
import { progressBar } from '../progress-bar.ts'
import { estimateText, shardText, sweepText } from '../sweep-text.ts'

export const command = defineCommand({
  positionals: '<config>',
  positionalOptions: { config: { type: 'string', demandOption: true, describe: 'the run file (YAML) with sweep:' } },
  options: {
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, changes one key of the run file; may be repeated',
    },
    workers: { type: 'number', requiresArg: true, describe: 'worker threads; default: one a core' },
    top: {
      type: 'number',
      default: 10,
      requiresArg: true,
      describe: 'how many of the best are shown',
    },
    out: { type: 'string', requiresArg: true, describe: "the sweep's own folder; default: by its identity, in --runs" },
    resume: { type: 'boolean', default: false, describe: 'continue a sweep that was stopped or killed' },
    shard: { type: 'string', requiresArg: true, describe: 'i/n: only every n-th batch; auto/n in an array job' },
    redis: { type: 'string', requiresArg: true, describe: 'give the trials to tandem worker processes by this queue' },
    postgres: { type: 'string', requiresArg: true, describe: 'as --redis, with the queue in PostgreSQL' },
    shared: {
      type: 'string',
      requiresArg: true,
      describe: 'with --redis or --postgres: the folder shared with the workers',
    },
    plan: { type: 'boolean', default: false, describe: 'only say what it would cost, from a short measurement' },
    yes: { type: 'boolean', default: false, describe: 'run more than ten million trials' },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML report" },
  },
  async run(args, output) {
    const [{ loadRunFile }, { runSweep }, { parseShard }, { withOperation }, { sweepOperation }] = await Promise.all([
      import('../../run/config/index.ts'),
      import('../../sweep/run-sweep.ts'),
      import('../../sweep/shard.ts'),
      import('../../run/operation-lock.ts'),
      import('../../run/operations.ts'),
    ])
    const workers = args.workers ?? availableParallelism()
    checkCount(workers, '--workers', 256)
    checkCount(args.top, '--top', 1000)
    if (args.plan) {
      const { estimateSweep } = await import('../../sweep/estimate.ts')
      const { fromStore } = await import('../../sweep/frames.ts')
      const file = loadRunFile(args.config, args.set)
      const estimate = await estimateSweep(file, {
        workers,
        baseFolder: dirname(args.config),
        market: fromStore(args.store),
      })
      output.result(estimate, () => estimateText(estimate))
      return 0
    }
    const pool = await queueOf(args, output.log)
    const file = loadRunFile(args.config, args.set)
    const bar = progressBar(process.stderr)
    const stop = new AbortController()
    const interrupt = (): void => stop.abort()
    process.once('SIGINT', interrupt)
    process.once('SIGTERM', interrupt)
    try {
      const shard = args.shard === undefined ? null : parseShard(args.shard)
      const own = [args.out, args.shard].filter((one) => one !== undefined)
      const operation = sweepOperation(file, args.config, own)
      const summary = await withOperation(args.runs, operation, Date.now(), () =>
        runSweep(file, {
          store: args.store,
          runs: args.runs,
          ...(args.out === undefined ? {} : { out: args.out }),
          baseFolder: dirname(args.config),
          workers,
          shard,
          resume: args.resume,
          top: args.top,
          yes: args.yes,
          log: output.log,
          progress: bar.show,
          signal: stop.signal,
          ...(pool === null ? {} : { pool }),
        }),
      )
      bar.end()
      if ('shard' in summary) output.result(summary, () => shardText(summary))
      else {
        const whole = args['no-report'] ? summary : await withReport(summary, args.runs, output.log)
        output.result(whole, () => sweepText(whole, args.top))
        // What no trial could run is no result.
        if (summary.failed === summary.trials) return 1
      }
      return 0
    } finally {
      bar.end()
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
    }
  },
})

interface QueueArgs {
  readonly redis: string | undefined
  readonly postgres: string | undefined
  readonly shared: string | undefined
}

/** How a queue is opened once the sweep is planned; null where none is named. */
async function queueOf(
  args: QueueArgs,
  log: (line: string) => void,
): Promise<NonNullable<SweepOptions['pool']> | null> {
  if (args.redis === undefined && args.postgres === undefined) return null
  const [{ QueuePool }, { openStore, queueAddress }] = await Promise.all([
    import('../../sweep/queue/queue-pool.ts'),
    import('../../sweep/queue/store.ts'),
  ])
  const address = queueAddress(args.redis, args.postgres)!
  const { shared } = args
  if (shared === undefined) {
    throw new TandemError(`--${address.kind} needs a folder that all workers share`, {
      code: 'USAGE',
      where: '--shared',
      hint: 'such as --shared /mnt/sweeps',
    })
  }
  // Before anything is made: nobody at the other end leaves no folder behind.
  const store = await openStore(address)
  store.close()
  return (plan) => QueuePool.open(plan, { address, shared, log })
}

function checkCount(value: number, name: string, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new TandemError(`expected a whole number from 1 to ${most}`, { code: 'USAGE', where: name })
}
