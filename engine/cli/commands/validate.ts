/** `tandem validate`: the evidence for and against a configuration, and the gates. */

import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { GateResult } from '../../promote/gates.ts'
import type { RunValidationOptions, ValidatedRun } from '../../run/validate/run-validation.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<target>',
  positionalOptions: {
    target: { type: 'string', demandOption: true, describe: "a run file, a run's directory or a sweep's" },
  },
  options: {
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, changes one key of the run file; may be repeated',
    },
    policy: { type: 'string', requiresArg: true, describe: 'a promotion policy (YAML); default: the built-in one' },
    'open-holdout': { type: 'boolean', default: false, describe: 'open the sealed stretch; it can be done once' },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML reports and their figures" },
    base: { type: 'string', requiresArg: true, describe: 'what a strategy file is relative to; default: the run file' },
  },
  async run(args, output) {
    const [{ runValidation }, { countRecorded, ledgerPath }, { withOperation }] = await Promise.all([
      import('../../run/validate/run-validation.ts'),
      import('../../sweep/ledger.ts'),
      import('../../run/operation-lock.ts'),
    ])
    const { target, points, ownTrials, isSweep } = await tried(args.target, args.set)
    const operation = { kind: 'validate', label: args.target, path: args.target, details: args.set } as const
    const options: RunValidationOptions = {
      // The trials of this very sweep are in its points.
      recorded: (dataHash) => Math.max(0, countRecorded(ledgerPath(args.runs), dataHash).trials - ownTrials),
      ...(points === null ? {} : { points }),
      nothingSealed: isSweep,
      store: args.store,
      runs: args.runs,
      set: args.set,
      openHoldout: args['open-holdout'],
      report: !args['no-report'],
      log: output.log,
      ...(args.policy === undefined ? {} : { policy: args.policy }),
      ...(args.base === undefined ? {} : { base: args.base }),
    }
    const validated = await withOperation(args.runs, operation, Date.now(), () => runValidation(target, options))
    const { document, directory, files } = validated
    output.result({ ...document, directory, files }, () => validationText(validated))
    return document.passed ? 0 : 1
  },
})

interface Tried {
  /** The run file, or a run's directory. */
  readonly target: string
  readonly points: readonly Readonly<Record<string, unknown>>[] | null
  /** Trials of the sweep itself that are on record. */
  readonly ownTrials: number
  readonly isSweep: boolean
}

/** What a sweep tried: from its folder, or from the run file's `sweep:` where `validate:` names no space. */
async function tried(target: string, set: readonly string[]): Promise<Tried> {
  const plain: Tried = { target, points: null, ownTrials: 0, isSweep: false }
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true
  if (isFolder) {
    if (!existsSync(join(target, 'sweep.json'))) return plain
    const { triedPoints } = await import('../../sweep/tried.ts')
    const points = await triedPoints(target)
    return { target: join(target, 'config.yaml'), points, ownTrials: points.length, isSweep: true }
  }
  const { loadRunFile } = await import('../../run/config/index.ts')
  const { sweep, config } = loadRunFile(target, set)
  if (sweep === null || Object.keys(config.validate?.space ?? {}).length > 0) return plain
  const { pointsOf } = await import('../../sweep/tried.ts')
  return { ...plain, points: pointsOf(sweep) }
}

function validationText({ document, directory, files }: ValidatedRun): string {
  const { trialCount, chosen, failed, passed } = document
  const values = Object.entries(chosen).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const lines = [
    gateTable(document.gates),
    `chosen     ${values.length === 0 ? 'the configuration as it is' : values.join(' ')}`,
    `trials     ${trialCount.total} (${trialCount.space} in the space, ${trialCount.ledger} on record for this data, ${trialCount.elsewhere} elsewhere)`,
    `run        ${directory}`,
    ...Object.entries(files).map(([name, path]) => `${name}  ${path}`),
    '',
    passed ? 'every gate that applies passed' : `${failed.length} failed: ${failed.join(', ')}`,
  ]
  return lines.join('\n')
}

/** The gates as a table. */
export function gateTable(gates: readonly GateResult[]): string {
  const rows = gates.map(({ label, status, value, limit, relation, reason }) => [
    label,
    status,
    value === null ? null : String(Number(value.toPrecision(4))),
    limit === null ? null : `${relation === 'at least' ? '>=' : '<='} ${Number(limit.toPrecision(4))}`,
    value === null || status === 'failed' ? reason : '',
  ])
  return formatTable(['gate', 'result', 'value', 'limit', ''], rows)
}
