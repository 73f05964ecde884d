/** The settings file of a live session: limits, alerts, the name of the key, and how candles come. */

import { readFileSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { parseYaml } from '../config/yaml-source.ts'

const KEYS = ['limits', 'alerts', 'key', 'feed']

/** Throws `BAD_SETTINGS`. */
export function readSettings(file: string): Readonly<Record<string, unknown>> {
  const bad = (message: string, cause?: unknown): TandemError =>
    new TandemError(message, {
      code: 'BAD_SETTINGS',
      where: file,
      hint: 'a YAML file with limits:, and where wanted alerts: and key:',
      ...(cause === undefined ? {} : { cause }),
    })
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw bad("it can't be read", cause)
  }
  let value: unknown
  try {
    ;({ value } = parseYaml(text, file))
  } catch (cause) {
    throw bad((cause as Error).message, cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('it holds no settings')
  const strange = Object.keys(value).find((key) => !KEYS.includes(key))
  if (strange !== undefined) throw bad(`unknown key '${strange}'`)
  const { feed = 'poll' } = value as { feed?: unknown }
  if (feed !== 'poll' && feed !== 'stream') throw bad('feed: expected poll or stream')
  return value as Readonly<Record<string, unknown>>
}
