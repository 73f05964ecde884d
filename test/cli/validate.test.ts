/** From a run file to a bundle, from outside: the honest no, the overridden yes, the refused change, the opened holdout. */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeBuilt, type Folder, newFolder, RUN_FILE, synthWords } from './built.ts'

const VALIDATE = `
validate:
  space: { fast: [3, 5, 8], slow: [20, 40] }
  warmupBars: 50
`

describeBuilt('validate, promote, bundle', () => {
  let folder: Folder
  let run: string
  const key = () => ['--key', join(folder.path, 'keys', 'key.pem')]

  beforeAll(async () => {
    folder = newFolder()
    folder.write('run.yaml', `${RUN_FILE}${VALIDATE}`)
    expect(await folder.command(...synthWords('kraken', 'BTC/USD'))).toMatchObject({ code: 0 })
  })
  afterAll(() => folder.remove())

  it('validates a run file: a table, exit 1, the report and the document in the run of the best', async () => {
    const { code, stdout } = await folder.command('validate', 'run.yaml', '--json')
    expect(code).toBe(1)
    const document = JSON.parse(stdout)
    run = document.directory
    expect(document.trials).toHaveLength(6)
    expect(document.failed).toContain('backtestLength')
    expect(readdirSync(join(folder.path, run))).toEqual(
      expect.arrayContaining(['validation.json', 'validation.html', 'report.html']),
    )
    const page = readFileSync(join(folder.path, run, 'validation.html'), 'utf8')
    expect(page).toContain('default-src &#39;none&#39;')
    expect(page).not.toMatch(/<script[^>]* src=/)
    expect(page).toContain('Deflated Sharpe ratio')
    const text = await folder.command('validate', 'run.yaml', '--no-report')
    expect(text.code).toBe(1)
    expect(text.stdout).toMatch(/Probability of overfitting +(passed|failed)/)
    expect(text.stdout).toMatch(/trials +6 \(6 in the space, 6 on record/)
    // The same validation gives the same document.
    const again = JSON.parse(readFileSync(join(folder.path, run, 'validation.json'), 'utf8'))
    expect(again.gates).toEqual(document.gates)
  })

  it('counts what was tried before, and validates a finished run as it is', async () => {
    const more = await folder.command(
      'validate',
      'run.yaml',
      '--no-report',
      '--json',
      '--set',
      'validate.space.fast=[4]',
    )
    expect(JSON.parse(more.stdout).trialCount).toMatchObject({ space: 2, ledger: 8, total: 8 })
    const own = JSON.parse((await folder.command('validate', run, '--no-report', '--json')).stdout)
    expect(own.holdout).toBeNull()
    expect(own.runId).toBe(run.split('/').at(-1))
    expect(own.trials.filter((one: { chosen: boolean }) => one.chosen)).toHaveLength(1)
  })

  it('refuses to promote what failed, and a justification without a name or words', async () => {
    const plain = await folder.command('promote', run, '--out', 'live.yaml', ...key())
    expect(plain).toMatchObject({ code: 1 })
    expect(plain.stderr).toMatch(/gates failed: backtestLength/)
    const few = await folder.command(
      'promote',
      run,
      '--out',
      'live.yaml',
      '--override',
      'holm=no',
      '--by',
      'ada',
      ...key(),
    )
    expect(few.code).toBe(2)
    expect(few.stderr).toMatch(/needs a justification/)
    const idle = await folder.command(
      'promote',
      run,
      '--out',
      'live.yaml',
      '--override',
      'lookAhead=it is fine, really',
      ...key(),
    )
    expect(idle.stderr).toMatch(/the gate 'lookAhead' did not fail/)
    expect(existsSync(join(folder.path, 'live.yaml'))).toBe(false)
    expect(existsSync(join(folder.path, 'keys'))).toBe(false)
  })

  it('signs what is overridden by name, checks it, and refuses a changed byte by field', async () => {
    const { failed } = JSON.parse(readFileSync(join(folder.path, run, 'validation.json'), 'utf8'))
    const overrides = failed.flatMap((gate: string) => ['--override', `${gate}=only a test of the tool`])
    const nameless = await folder.command('promote', run, '--out', 'live.yaml', ...overrides, ...key())
    expect(nameless.stderr).toMatch(/a name that answers for it/)
    const made = await folder.command('promote', run, '--out', 'live.yaml', ...overrides, '--by', 'ada', ...key())
    expect(made).toMatchObject({ code: 0 })
    expect(made.stderr).toMatch(/made the signing key/)
    expect(statSync(join(folder.path, 'keys', 'key.pem')).mode & 0o777).toBe(0o600)
    const checked = JSON.parse((await folder.command('bundle', 'live.yaml', '--json', ...key())).stdout)
    expect(checked.content.overrides).toHaveLength(failed.length)
    expect(checked.content.overrides[0]).toMatchObject({ by: 'ada', justification: 'only a test of the tool' })
    expect(checked.content.origin.indicators.map((one: { spec: { kind: string } }) => one.spec.kind)).toEqual([
      'sma',
      'sma',
    ])
    expect(checked.content.hashes.decisions).toMatch(/^[0-9a-f]{64}$/)
    const path = join(folder.path, 'live.yaml')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/maxDrawdown: [\d.]+/, 'maxDrawdown: 0.9'))
    const changed = await folder.command('bundle', 'live.yaml', ...key())
    expect(changed).toMatchObject({ code: 1 })
    expect(changed.stderr).toMatch(/live.yaml: limits.maxDrawdown: changed/)
    expect((await folder.command('bundle', 'live.yaml')).code).toBe(1)
  })

  it('opens the sealed stretch once', async () => {
    const opened = async (set: string) =>
      JSON.parse(
        (await folder.command('validate', 'run.yaml', '--open-holdout', '--no-report', '--json', '--set', set)).stdout,
      )
    const holdout = async (set: string) =>
      (await opened(set)).gates.find(({ name }: { name: string }) => name === 'holdout')
    const first = await holdout('validate.space.fast=[3]')
    expect(first.inputs.openings).toBe(1)
    expect(first.value).not.toBeNull()
    expect((await holdout('validate.space.fast=[3]')).inputs.openings).toBe(1)
    const second = await holdout('validate.space.fast=[9]')
    expect(second).toMatchObject({ status: 'failed', value: null, reason: expect.stringMatching(/opened 2 times/) })
  })

  it('says in one line what is wrong', async () => {
    expect((await folder.command('validate', 'nowhere.yaml')).stderr).toMatch(/there is no such file/)
    const space = await folder.command('validate', 'run.yaml', '--set', 'validate.space.fat=[1]')
    expect(space).toMatchObject({ code: 2 })
    expect(space.stderr).toMatch(/unknown parameter/)
    expect((await folder.command('promote', 'nowhere', '--out', 'x.yaml')).code).toBe(2)
    folder.write('policy.yaml', 'gates: { holm: { atMos: 1 } }\n')
    const policy = await folder.command('validate', 'run.yaml', '--policy', 'policy.yaml')
    expect(policy.stderr).toMatch(/policy.yaml: gates.holm/)
  })
})
