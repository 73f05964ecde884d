/** `tandem worker`: runs the batches of sweeps that were started with --redis or --postgres. */

import { availableParallelism } from 'node:os'
import { TandemError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    redis: { type: 'string', requiresArg: true, describe: 'where the queue is: redis://host:6379' },
    postgres: { type: 'string', requiresArg: true, describe: 'or: postgres://user@host/database' },
    shared: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'the folder that the sweep and all workers share',
    },
    workers: { type: 'number', requiresArg: true, describe: 'worker threads; default: one a core' },
    'lock-seconds': {
      type: 'number',
      default: 30,
      requiresArg: true,
      describe: 'after how long without a sign of life its batches go to others',
    },
  },
  async run(args, output) {
    const [{ runQueueWorker }, { queueAddress }] = await Promise.all([
      import('../../sweep/queue/queue-worker.ts'),
      import('../../sweep/queue/store.ts'),
    ])
    const address = queueAddress(args.redis, args.postgres)
    if (address === null) {
      throw new TandemError('where is the queue?', {
        code: 'USAGE',
        where: '--redis',
        hint: 'give --redis redis://host:6379 or --postgres postgres://user@host/database',
      })
    }
    const workers = args.workers ?? availableParallelism()
    if (!(Number.isInteger(workers) && workers >= 1 && workers <= 256)) {
      throw new TandemError('expected a whole number from 1 to 256', { code: 'USAGE', where: '--workers' })
    }
    if (!(args['lock-seconds'] >= 1))
      throw new TandemError('expected at least 1', { code: 'USAGE', where: '--lock-seconds' })
    const stop = new AbortController()
    const interrupt = (): void => stop.abort()
    process.once('SIGINT', interrupt)
    process.once('SIGTERM', interrupt)
    const done = await runQueueWorker({
      address,
      shared: args.shared,
      workers,
      lockSeconds: args['lock-seconds'],
      log: output.log,
      signal: stop.signal,
    })
    output.result(done, () => `${done.trials} trials in ${done.batches} batches`)
    return 0
  },
})
