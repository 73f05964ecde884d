/** Goal: the shell completes commands, options and values. Method: the words asked for, and a real bash. */

import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../engine/cli/commands.ts'
import { completionScript, completions, SHELLS } from '../../engine/cli/complete.ts'
import { builtMain, describeBuilt, testFolder } from './built.ts'

describe('what may come next', () => {
  it.each([
    [['ba'], ['backtest']],
    [['data', 'ex'], ['export']],
    [
      ['init', ''],
      ['key', 'strategy'],
    ],
    [['backtest', '--no'], ['--no-report']],
    [['backtest', 'run.yaml', '--no-report', '--js'], ['--json']],
    [
      ['data', 'synth', '--model', 'g'],
      ['garch', 'gbm'],
    ],
    [['backtest', 'run'], []],
    [['backtest', '--out', ''], []],
    [['nothing', ''], []],
  ])('after %j', async (words, expected) => {
    expect(await completions(words)).toEqual(expected)
  })

  it('begins with every command', async () => {
    expect(await completions([''])).toEqual([...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]!))].sort())
  })

  it.each(SHELLS)('%s: the script asks for it', (shell) => {
    expect(completionScript(shell)).toContain('tandem completion --words')
  })
})

describeBuilt('in bash', () => {
  it('completes a command and an option', () => {
    const folder = testFolder()
    chmodSync(
      join(folder.path, folder.write('tandem', `#!/bin/sh\nexec "${process.execPath}" "${builtMain}" "$@"\n`)),
      0o755,
    )
    const script = `source <(tandem completion bash)
COMP_WORDS=(tandem sce); COMP_CWORD=1; _tandem; echo "\${COMPREPLY[*]}"
COMP_WORDS=(tandem sweep run.yaml --wo); COMP_CWORD=3; _tandem; echo "\${COMPREPLY[*]}"`
    const env = { ...process.env, PATH: `${folder.path}:${process.env['PATH']}` }
    expect(execFileSync('bash', ['-c', script], { env, encoding: 'utf8' })).toBe('scenario\n--workers\n')
  })
})
