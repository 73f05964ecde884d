/**
 * Goal: one operation at a time, whoever starts it, and no lock outlives its process. Method: locks taken in this process
 * and in many others at once, dead ones left behind on purpose.
 */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import {
  lockOperation,
  type Operation,
  operationHolder,
  operationLockPath,
  withOperation,
} from '../../engine/run/operation-lock.ts'
import { describeBuilt } from '../cli/built.ts'
import { repositoryRoot } from '../support/shared.ts'

const OPERATION: Operation = { kind: 'backtest', label: 'btc', details: ['a'] }

function runsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-locks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

it('the second is told who does it, and may when it is done', async () => {
  const runs = runsFolder()
  await withOperation(runs, OPERATION, 1_600_000_000_000, async () => {
    expect(operationHolder(runs, OPERATION)).toMatchObject({ pid: process.pid, by: 'command' })
    expect(() => lockOperation(runs, OPERATION, 0)).toThrow(
      `a command is doing this already, since 2020-09-13 12:26:40 UTC (process ${process.pid} on ${hostname()})`,
    )
    // Another one is another one.
    lockOperation(runs, { ...OPERATION, details: ['b'] }, 0).release()
    lockOperation(runs, { ...OPERATION, kind: 'sweep' }, 0).release()
  })
  expect(operationHolder(runs, OPERATION)).toBeNull()
  lockOperation(runs, OPERATION, 0).release()
  expect(readdirSync(runs)).toEqual([])
})

it('a lock leaves nothing behind, and takes nothing with it', () => {
  const folder = runsFolder()
  const runs = join(folder, 'deep', 'runs')
  const [first, second] = [OPERATION, { ...OPERATION, kind: 'sweep' as const }].map((one) =>
    lockOperation(runs, one, 0),
  )
  first!.release()
  expect(readdirSync(join(runs, '.tandem', 'locks'))).toHaveLength(1)
  second!.release()
  writeFileSync(join(runs, 'kept'), '')
  lockOperation(runs, OPERATION, 0).release()
  expect(readdirSync(runs)).toContain('kept')
  const other = join(folder, 'other')
  lockOperation(other, OPERATION, 0).release()
  expect(readdirSync(folder)).toEqual(['deep'])
})

it('work that fails lets go', async () => {
  const runs = runsFolder()
  const failing = withOperation(runs, OPERATION, 0, async () => {
    throw new Error('failed')
  })
  await expect(failing).rejects.toThrow('failed')
  expect(operationHolder(runs, OPERATION)).toBeNull()
})

it('two spellings of a path are one operation', () => {
  const runs = runsFolder()
  writeFileSync(join(runs, 'run.yaml'), '')
  symlinkSync(join(runs, 'run.yaml'), join(runs, 'link.yaml'))
  const of = (path: string) => operationLockPath(runs, { ...OPERATION, path })
  expect(of(join(runs, 'link.yaml'))).toBe(of(join(runs, 'run.yaml')))
  expect(of(join(runs, 'other.yaml'))).not.toBe(of(join(runs, 'run.yaml')))
})

it('the lock of a process that is no more is taken over; that of another machine is not', () => {
  const runs = runsFolder()
  const path = operationLockPath(runs, OPERATION)
  mkdirSync(dirname(path), { recursive: true })
  const leave = (host: string) =>
    writeFileSync(path, JSON.stringify({ pid: 2 ** 30, host, by: 'page', operation: 'x', sinceMs: 0 }))
  leave(hostname())
  expect(operationHolder(runs, OPERATION)).toBeNull()
  const lock = lockOperation(runs, OPERATION, 0)
  expect(readdirSync(dirname(path))).toHaveLength(1)
  lock.release()
  leave('elsewhere')
  expect(() => lockOperation(runs, OPERATION, 0)).toThrow('the workbench page is doing this already')
})

describeBuilt('many at once', () => {
  it('exactly one of them wins, beside a dead one’s lock', async () => {
    const runs = runsFolder()
    const path = operationLockPath(runs, OPERATION)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify({ pid: 2 ** 30, host: hostname(), by: 'page', operation: 'x', sinceMs: 0 }))
    // Each tries for a moment, and who has it keeps it until all have tried.
    const script = `
      const { lockOperation } = await import(process.argv[1])
      process.stdout.write('ready')
      process.stdin.once('data', () => {
        try { lockOperation(process.argv[2], JSON.parse(process.argv[3]), 0); console.log(' won') } catch (error) { console.log(' ' + error.code) }
      })
      process.stdin.once('end', () => process.exit(0))`
    const module = join(repositoryRoot, 'dist/engine/run/operation-lock.js')
    const all = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, [
        '--input-type=module',
        '-e',
        script,
        module,
        runs,
        JSON.stringify(OPERATION),
      ])
      let text = ''
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      const until = async (pattern: RegExp) => {
        while (!pattern.test(text)) await new Promise((done) => child.stdout.once('data', done))
        return text
      }
      return { child, until }
    })
    await Promise.all(all.map(({ until }) => until(/ready/)))
    for (const { child } of all) child.stdin.write('go')
    const said = await Promise.all(all.map(({ until }) => until(/won|OPERATION_RUNNING/)))
    for (const { child } of all) child.stdin.end()
    expect(said.filter((text) => text.includes('won'))).toHaveLength(1)
    expect(said.filter((text) => text.includes('OPERATION_RUNNING'))).toHaveLength(5)
  })
})
