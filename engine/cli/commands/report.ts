/** `tandem report`: the page of a finished run, sweep, ladder or validation, made again from what is stored. */

import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'
import type { Output } from '../output.ts'
import { type Detected, detectResult } from '../pages/detect.ts'

export const command = defineCommand({
  positionals: '<target>',
  positionalOptions: {
    target: { type: 'string', demandOption: true, describe: 'the folder of a run, a sweep, a ladder or a validation' },
  },
  options: {
    best: {
      type: 'number',
      requiresArg: true,
      describe: 'of a sweep: run the best so many trials, and link their run reports',
    },
    trial: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'of a sweep: run this trial, too, and link its run report; may be repeated',
    },
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'of a sweep or ladder: where the page goes; default: its folder',
    },
    base: {
      type: 'string',
      requiresArg: true,
      describe: 'what a strategy file is relative to; default: what a run says, here for a sweep',
    },
  },
  async run(args, output) {
    const found = detectResult(args.target)
    const wantsRuns = args.best !== undefined || args.trial.length > 0
    if (wantsRuns && found.kind !== 'sweep')
      throw usage('--best and --trial are for sweeps', 'name the folder of a sweep')
    if (args.out !== undefined && found.kind === 'run')
      throw usage('--out is for sweeps and ladders', "a run's report stays in its directory")
    const files = await pageOf(found, args, output)
    output.result({ kind: found.kind, folder: found.folder, files }, () =>
      Object.entries(files)
        .map(([name, path]) => `${name}  ${path}`)
        .join('\n'),
    )
    return 0
  },
})

interface Args {
  readonly best?: number | undefined
  readonly trial: readonly string[]
  readonly out?: string | undefined
  readonly base?: string | undefined
  readonly store: string
}

async function pageOf(found: Detected, args: Args, output: Output): Promise<Readonly<Record<string, string>>> {
  if (found.kind === 'sweep') return { ...(await sweepPage(found.folder, args, output)) }
  if (found.kind === 'ladder') {
    const { writeLadderPage } = await import('../pages/ladder-page.ts')
    return { ...(await writeLadderPage(found.folder, args.out)) }
  }
  const { makeReportAgain } = await import('../../run/report-again.ts')
  const report = await makeReportAgain(found.folder, {
    store: args.store,
    ...(args.base === undefined ? {} : { baseFolder: args.base }),
    log: output.log,
  })
  if (!found.isValidated) return { report }
  const { writeValidationAgain } = await import('../../run/validate/report-again.ts')
  return { report, validation: await writeValidationAgain(found.folder) }
}

async function sweepPage(folder: string, { best, trial, out, base = '.', store }: Args, output: Output) {
  const count = best ?? 0
  if (!(Number.isInteger(count) && count >= 0 && count <= 100)) {
    throw usage('--best: expected a whole number up to 100', 'such as --best 10')
  }
  const [{ bestTrials, runTrialsAgain }, { writeSweepPage }] = await Promise.all([
    import('../../sweep/report/best-runs.ts'),
    import('../pages/sweep-page.ts'),
  ])
  const wanted = [...new Set([...(count === 0 ? [] : await bestTrials(folder, count)), ...trial.map(trialNumber)])]
  await runTrialsAgain(folder, wanted, { store, baseFolder: base, log: output.log })
  return writeSweepPage(folder, { runs: join(folder, '..'), ...(out === undefined ? {} : { out }) })
}

function trialNumber(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  throw usage(`--trial: '${text}' is no number of a trial`, 'such as --trial 42')
}

function usage(message: string, hint: string): TandemError {
  return new TandemError(message, { code: 'USAGE', hint })
}
