/** The systemd unit and the container file say only what tandem understands, and what is there to be copied. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { command } from '../../engine/cli/commands/live.ts'
import { repositoryRoot } from '../support/shared.ts'

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8')
const unit = read('docs/deploy/tandem@.service')
const container = read('docs/deploy/Containerfile')

it('their commands have options that there are', () => {
  const commands = `${unit}\n${container}`.match(/tandem live live\.yaml .*/g)!
  expect(commands).toHaveLength(2)
  for (const line of commands) {
    const options = [...line.matchAll(/--([\w-]+)/g)].map(([, name]) => name!)
    expect(options.length).toBeGreaterThan(2)
    expect(options.filter((name) => !(name in command.options))).toEqual([])
  }
})

it('their variables are read', () => {
  const sources = ['engine/live/keys/encrypted-file.ts', 'engine/run/keys.ts', 'engine/run/live/real-session.ts']
  const text = sources.map(read).join('\n')
  const named = new Set(`${unit}\n${container}`.match(/\b(?:TANDEM_[A-Z_]+|XDG_[A-Z_]+)(?==)/g))
  expect([...named].sort()).toEqual(['TANDEM_KEYS', 'TANDEM_KEYS_PASSPHRASE_FILE', 'XDG_STATE_HOME'])
  expect([...named].filter((name) => !text.includes(name))).toEqual([])
})

it('the image is built of what is kept here, and of nothing that lies beside it', () => {
  const ignored = read('.dockerignore').split('\n')
  expect(ignored.find((line) => line !== '' && !line.startsWith('#'))).toBe('*')
  const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] }
  const needed = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...include]
  for (const path of needed) {
    expect(existsSync(join(repositoryRoot, path)), path).toBe(true)
    expect(ignored, path).toContain(`!${path.split('/')[0]}`)
  }
  expect(ignored.indexOf('datasets/store')).toBeGreaterThan(ignored.indexOf('!datasets'))
})
