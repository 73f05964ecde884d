/** Goal: a new project works as it is. Method: its own next steps are carried out. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { describeBuilt, testFolder } from './built.ts'

describeBuilt('tandem init', () => {
  it('writes a project whose next steps work', () => {
    const folder = testFolder()
    const made = folder.tandem('init', '.', '--json')
    expect(made.code).toBe(0)
    const { files, next } = JSON.parse(made.stdout) as { files: string[]; next: string[] }
    expect(folder.list('.')).toEqual([...files].sort())
    for (const line of next) {
      const ran = folder.tandem(...line.split(' ').slice(1))
      expect(ran.stderr + ran.stdout).not.toContain('failed')
      expect(ran.code, line).toBe(0)
    }
    expect(folder.tandem('sweep', 'run.yaml', '--workers', '1').code).toBe(0)
  })

  it('tells editors where the schema is, and the schema knows the keys', () => {
    const folder = testFolder()
    folder.tandem('init', 'mine', '--strategy', 'my-breakout')
    const text = readFileSync(join(folder.path, 'mine/run.yaml'), 'utf8')
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./tandem.schema.json')
    const schema = JSON.parse(readFileSync(join(folder.path, 'mine/tandem.schema.json'), 'utf8'))
    const known = Object.keys(schema.properties)
    expect(Object.keys(parse(text)).filter((key) => !known.includes(key))).toEqual([])
    expect(JSON.parse(readFileSync(join(folder.path, 'mine/package.json'), 'utf8'))).toMatchObject({
      name: 'mine',
      private: true,
    })
  })

  it('overwrites nothing', () => {
    const folder = testFolder()
    folder.write('run.yaml', 'mine')
    const ran = folder.tandem('init')
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('run.yaml: this file exists already')])
    expect(folder.list('.')).toEqual(['run.yaml'])
    expect(folder.tandem('init', 'x', '--strategy', 'Bad Name').stderr).toContain("can't name a strategy")
    expect(folder.list('x')).toBeNull()
  })
})
