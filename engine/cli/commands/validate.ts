/** `tandem validate`: the evidence for and against a configuration, and the gates. */

import type { GateResult } from '../../promote/gates.ts'
import type { ValidatedRun } from '../../run/validate/run-validation.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<target>',
  positionalOptions: {
    target: { type: 'string', demandOption: true, describe: "a run file with validate:, or a run's directory" },
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
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML reports" },
    base: { type: 'string', requiresArg: true, describe: 'what a strategy file is relative to' },
  },
  async run(args, output) {
    const { runValidation } = await import('../../run/validate/run-validation.ts')
    const validated = await runValidation(args.target, {
      store: args.store,
      runs: args.runs,
      set: args.set,
      openHoldout: args['open-holdout'],
      report: !args['no-report'],
      log: output.log,
      ...(args.policy === undefined ? {} : { policy: args.policy }),
      ...(args.base === undefined ? {} : { base: args.base }),
    })
    const { document, directory, files } = validated
    output.result({ ...document, directory, files }, () => validationText(validated))
    return document.passed ? 0 : 1
  },
})

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
