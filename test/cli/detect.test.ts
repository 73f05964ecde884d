/** Of which kind of result a folder is. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { detectResult } from '../../engine/cli/pages/detect.ts'

function folderOf(...files: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'detect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const file of files) writeFileSync(join(folder, file), '')
  return folder
}

it.each([
  [['summary.json', 'config.yaml'], 'run', false],
  [['summary.json', 'validation.json'], 'run', true],
  [['sweep.json', 'summary.json', 'journal.bin'], 'sweep', false],
  [['ladder.json', 'config.yaml'], 'ladder', false],
  [['journal.jsonl', 'session.json', 'bundle.yaml'], 'session', false],
] as const)('%j', (files, kind, isValidated) => {
  const folder = folderOf(...files)
  expect(detectResult(folder, 'runs')).toEqual({ kind, folder, isValidated })
  expect(detectResult(join(folder, files[0]), 'runs').folder).toBe(folder)
})

it('finds a session by its name', () => {
  const runs = folderOf()
  const folder = join(runs, 'live', 'btc-paper')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'journal.jsonl'), '')
  expect(detectResult('btc-paper', runs)).toMatchObject({ kind: 'session', folder })
})

it('names what is missing', () => {
  expect(() => detectResult(folderOf(), 'runs')).toThrow('no run, sweep, ladder or session')
  expect(() => detectResult('/nowhere/at/all', 'runs')).toThrow('no such folder')
})
