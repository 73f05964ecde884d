/** Goal: the house rules hold. Method: each rule over every file it concerns, and once over a planted violation. */

import { describe, expect, it } from 'vitest'
import {
  lockedHosts,
  loosePins,
  machinePaths,
  missingCommands,
  tooLong,
  undocumented,
  workPutOff,
} from './conventions.ts'
import { named, productSources, repositoryFiles } from './files.ts'

const files = repositoryFiles()
const plant = (text: string) => ({ path: 'planted.ts', text })

describe('house rules', () => {
  it('no path of one machine', () => {
    expect(files.flatMap(machinePaths)).toEqual([])
    for (const folder of ['tm' + 'p', 'ho' + 'me', 'wo' + 'rk']) {
      expect(machinePaths(plant(`const path = '/${folder}/x'`))).toEqual(['planted.ts:1: a path of one machine'])
    }
    expect(machinePaths(plant("import './tmp/x.ts' // https://example.org/home/x"))).toEqual([])
  })

  it('no work put off', () => {
    expect(files.flatMap(workPutOff)).toEqual([])
    expect(workPutOff(plant(`\n// ${'TO' + 'DO'}: more`))).toEqual(['planted.ts:2: work put off'])
  })

  it('no source longer than 400 lines', () => {
    expect(files.filter(({ path }) => path.endsWith('.ts')).flatMap(tooLong)).toEqual([])
    expect(tooLong(plant('x\n'.repeat(401)))).toEqual(['planted.ts: 401 lines, at most 400'])
    expect(tooLong(plant('x\n'.repeat(400)))).toEqual([])
  })

  it('every source says what it is for', () => {
    expect(productSources().flatMap(undocumented)).toEqual([])
    expect(undocumented(plant('export const x = 1'))).toHaveLength(1)
    expect(undocumented(plant('/** The unit. */\nexport const x = 1'))).toEqual([])
  })

  it('every dependency is pinned, and no host is', () => {
    expect(loosePins(JSON.parse(named('package.json').text))).toEqual([])
    expect(lockedHosts(named('package-lock.json').text)).toEqual([])
    expect(loosePins({ dependencies: { a: '^1.0.0', b: '1.0.0', c: '1.5.6-r.1' } })).toHaveLength(1)
    expect(lockedHosts('{ "resolved": "https://example.org" }')).toHaveLength(1)
  })

  it('the README begins with the two commands', () => {
    expect(missingCommands('npm ci\nnothing else')).toEqual(['npm test'])
    const readme = files.find(({ path }) => path === 'README.md')
    if (readme !== undefined) expect(missingCommands(readme.text)).toEqual([])
  })
})
