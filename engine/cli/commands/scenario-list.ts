/** `tandem scenario list`: the scenarios that come with tandem, by the chapters of the rules that they show. */

import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {},
  async run(_args, output) {
    const { listScenarios } = await import('../../run/scenario.ts')
    const scenarios = [...(await listScenarios())].sort((a, b) => compare(a.chapter[0]!, b.chapter[0]!))
    output.result({ scenarios }, () =>
      formatTable(
        ['chapter', 'name', 'what it shows'],
        scenarios.map(({ chapter, name, title }) => [chapter.join(' '), name, title]),
      ),
    )
    return 0
  },
})

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
