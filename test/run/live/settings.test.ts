/** Goal: a settings file that can't be used is refused in one line that names it. Method: files of every such kind. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TandemError } from '../../../engine/core/errors.ts'
import { readSettings } from '../../../engine/run/live/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-settings-'))
const path = join(folder, 'settings.yaml')

/** Each letter is nine times the one before. */
const BOMB = [...'bcdefgh'].reduce(
  (text, letter, i) => `${text}${letter}: &${letter} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]\n`,
  'a: &a [x]\n',
)

function refusal(): TandemError {
  try {
    readSettings(path)
  } catch (error) {
    if (error instanceof TandemError) return error
    throw error
  }
  throw new Error('it was taken')
}

afterAll(() => rmSync(folder, { recursive: true }))

describe('settings of a live session', () => {
  it('are read', () => {
    writeFileSync(path, 'limits: { order: 10 }\nfeed: stream\n')
    expect(readSettings(path)).toEqual({ limits: { order: 10 }, feed: 'stream' })
  })

  it('that aren’t there are refused by name', () => {
    rmSync(path, { force: true })
    expect(refusal()).toMatchObject({ code: 'BAD_SETTINGS', where: path, exitCode: 2, message: "it can't be read" })
  })

  it.each([
    ['not YAML', 'limits: {', /./],
    ['a list', '- limits', /it holds no settings/],
    ['nothing', '', /it holds no settings/],
    ['an unknown key', 'limit: {}', /unknown key 'limit'/],
    ['an unknown feed', 'feed: pigeon', /feed: expected poll or stream/],
    ['an alias without an anchor', 'limits: *mine', /mine/],
    ['an alias bomb', BOMB, /alias/],
  ])('%s is refused', (_, text, message) => {
    writeFileSync(path, text)
    const { code, where, message: said } = refusal()
    expect([code, where]).toEqual(['BAD_SETTINGS', path])
    expect(said).toMatch(message)
    expect(said).not.toContain('\n')
  })
})
