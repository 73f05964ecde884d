/** `tandem doctor`: is everything here that tandem needs, and if not, what is to be done. */

import { TandemError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'

const MARK = { ok: 'ok   ', note: 'note ', fault: 'FAULT' } as const

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    offline: { type: 'boolean', default: false, describe: "don't reach for venues" },
    venue: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'reach these alone; NAME=URL for one elsewhere, such as tandem exchange; default: all that are known',
    },
  },
  async run(args, output) {
    const { examine } = await import('../../run/doctor/doctor.ts')
    const { TIME_CALLS } = await import('../../run/doctor/venues.ts')
    const venues = args.offline ? {} : chosen(args.venue ?? Object.keys(TIME_CALLS), TIME_CALLS)
    const report = await examine({ store: args.store, runs: args.runs, venues })
    output.result(report, () => {
      const width = Math.max(...report.findings.map(({ topic }) => topic.length)) + 2
      const lines = report.findings.map(
        ({ topic, state, text, hint }) =>
          `${MARK[state]}  ${topic.padEnd(width)}${text}${hint === null ? '' : `\n${' '.repeat(width + 7)}→ ${hint}`}`,
      )
      return `${lines.join('\n')}\n${report.ok ? 'all that is needed is here' : 'something has to be mended first'}\n`
    })
    return report.ok ? 0 : 1
  },
})

function chosen(names: readonly string[], known: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    names.map((name): [string, string] => {
      const at = name.indexOf('=')
      if (at > 0 && URL.canParse(name.slice(at + 1))) return [name.slice(0, at), name.slice(at + 1)]
      if (known[name] !== undefined) return [name, known[name]]
      throw new TandemError(`'${name}' is no venue that is known here`, {
        code: 'USAGE',
        where: '--venue',
        hint: `one of ${Object.keys(known).join(', ')}, or NAME=URL`,
      })
    }),
  )
}
