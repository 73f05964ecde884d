/** `tandem data check`: what is wrong with a file or a stored series, and what can be mended. */

import type { CheckReport, Look } from '../../../datasets/checks/check-data.ts'
import type { KeptLook } from '../../../datasets/checks/quality.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { formatTable, formatTimeMs } from '../output.ts'
import { writeQualityPage } from '../pages/quality-page.ts'

export const command = defineCommand({
  positionals: '[target]',
  positionalOptions: {
    target: {
      type: 'string',
      describe: 'a file, or VENUE:SYMBOL:TIMEFRAME (or :funding) of the store; default: all of it',
    },
  },
  options: {
    html: { type: 'string', requiresArg: true, describe: 'write a page with a map of gaps to this file' },
    fix: { type: 'boolean', default: false, describe: 'mend what can be mended safely, and say so in the manifest' },
    venue: { type: 'string', requiresArg: true, describe: 'whose data a file holds' },
    symbol: { type: 'string', requiresArg: true, describe: 'which symbol a file holds, to compare with the store' },
    timeframe: { type: 'string', requiresArg: true, describe: "a file's timeframe; default: seen from the file" },
    'date-format': {
      choices: ['MM/DD/YYYY', 'DD/MM/YYYY'],
      requiresArg: true,
      describe: 'only for dates that can be read both ways',
    },
  },
  async run(args, output) {
    const [{ checkData, targetsOf }, { keepLook }] = await Promise.all([
      import('../../../datasets/checks/check-data.ts'),
      import('../../../datasets/checks/quality.ts'),
    ])
    const looks: KeptLook[] = []
    const { store, fix, venue, symbol, timeframe } = args
    const options = {
      store,
      fix,
      ...(venue === undefined ? {} : { venue }),
      ...(symbol === undefined ? {} : { symbol }),
      ...(args['date-format'] === undefined ? {} : { dateFormat: args['date-format'] }),
      ...(timeframe === undefined ? {} : { timeframeMs: parseTimeframe(timeframe, '--timeframe') }),
      ...(args.html === undefined ? {} : { looked: (look: Look) => looks.push(keepLook(look)) }),
    }
    const targets = args.target === undefined ? await targetsOf(store) : [args.target]
    if (targets.length === 0) output.log(`the store ${store} is empty; name a file to check`)
    const checks: CheckReport[] = []
    for (const target of targets) checks.push(await checkData(target, options))
    const sum = (pick: (one: CheckReport) => number): number => checks.reduce((total, one) => total + pick(one), 0)
    const [errors, warnings] = [sum((one) => one.errors), sum((one) => one.warnings)]
    const page = args.html === undefined ? null : await writeQualityPage(args.html, args.target ?? null, checks, looks)
    output.result({ checks, errors, warnings, ...(page === null ? {} : { files: page }) }, () =>
      [...checks.map(checkText), ...(page === null ? [] : [`page  ${page.report}\n`])].join('\n'),
    )
    return errors > 0 ? 1 : 0
  },
})

/** One target's findings as a table, with what to do about each kind below it. */
function checkText(report: CheckReport): string {
  const { target, rows, errors, warnings, findings, counts, written } = report
  const head = `${target}: ${rows} rows, ${errors} errors, ${warnings} warnings${factsText(report)}\n`
  if (findings.length === 0) return head + (written === null ? '' : `written to ${written}\n`)
  const table = formatTable(
    ['', 'kind', 'row', 'time (UTC)', 'what'],
    findings.map((one) => [
      one.severity,
      one.code,
      one.row,
      one.timeMs === null ? null : formatTimeMs(one.timeMs),
      one.message,
    ]),
  )
  const advice = Object.entries(counts).map(([code, count]) => {
    const { suggestion } = findings.find((one) => one.code === code)!
    return `  ${code}${count === 1 ? '' : ` (${count})`}: ${suggestion}\n`
  })
  return `${head}${table}\nWhat to do:\n${advice.join('')}${fixesText(report)}`
}

function factsText({ facts }: CheckReport): string {
  if (facts === null) return ''
  const { noTrades, zeroVolumeBars } = facts
  const absent = noTrades.bars === 0 ? '' : `; ${noTrades.bars} bars absent for want of trades`
  return `${absent}${zeroVolumeBars === 0 ? '' : `; ${zeroVolumeBars} bars without trades`}`
}

function fixesText({ fixes, written }: CheckReport): string {
  if (fixes.length === 0) return ''
  const list = fixes.map(({ code, rows, text }) => `  ${code}: ${text} (${rows} rows)\n`).join('')
  return `${written === null ? '--fix would do' : `Done, and written to ${written}`}:\n${list}`
}
