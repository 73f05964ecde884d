/** The `alerts:` section of a live configuration. Secrets aren't in it: they are keys, named here. */

import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import type { Credentials } from '../keys/credentials.ts'
import type { AlertChannel } from './alert.ts'
import { mail, telegram, webhook } from './channels.ts'

const keyName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expected the name of a key, such as telegram')

export const alertsSchema = z.strictObject({
  webhook: z.strictObject({ key: keyName.default('webhook').describe('key that has the url') }).optional(),
  telegram: z
    .strictObject({
      chat: z.union([z.string().min(1), z.int()]).transform(String),
      key: keyName.default('telegram').describe('key that has the token'),
    })
    .optional(),
  mail: z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535).default(587),
      secure: z.boolean().optional().describe('TLS from the start; default at port 465'),
      plain: z.boolean().default(false).describe('no TLS, for a mail server on this machine'),
      user: z.string().min(1).optional(),
      key: keyName.default('mail').describe('key that has the password'),
      from: z.string().min(3),
      to: z.array(z.string().min(3)).min(1),
    })
    .optional(),
  heartbeat: z
    .strictObject({
      key: keyName.default('heartbeat').describe('key that has the url'),
      everyMinutes: z.number().min(1).default(5),
    })
    .optional(),
  silenceMinutes: z.number().min(1).default(10).describe('an alarm when nothing was heard of the feed for this long'),
})

export type AlertsConfig = z.output<typeof alertsSchema>

/** Throws `BAD_ALERTS` in one line that names the key. */
export function parseAlerts(input: unknown, where: string): AlertsConfig {
  const result = alertsSchema.safeParse(input ?? {})
  if (result.success) return result.data
  const [issue] = result.error.issues
  const unknown = issue!.code === 'unrecognized_keys' ? [issue!.keys[0]!] : []
  const hint = 'tokens, passwords and URLs are keys: tandem keys add telegram'
  const path = ['alerts', ...issue!.path, ...unknown].join('.')
  throw new TandemError(`${path}: ${unknown.length > 0 ? 'unknown key' : issue!.message}`, {
    code: 'BAD_ALERTS',
    where,
    hint,
  })
}

/** The channels, with their secrets from `find`. Throws what `find` throws, and `BAD_ALERTS` for a key without its field. */
export async function alertChannels(
  config: AlertsConfig,
  find: (name: string) => Promise<Credentials>,
): Promise<readonly AlertChannel[]> {
  const channels: AlertChannel[] = []
  if (config.webhook !== undefined) channels.push(webhook(await fieldOf(config.webhook.key, 'url', find)))
  if (config.telegram !== undefined) {
    const { chat, key } = config.telegram
    channels.push(telegram({ token: await fieldOf(key, 'token', find), chat }))
  }
  if (config.mail !== undefined) {
    const { key, user = null, secure, ...rest } = config.mail
    const password = user === null ? null : await fieldOf(key, 'password', find)
    channels.push(mail({ ...rest, user, password, secure: secure ?? rest.port === 465 }))
  }
  return channels
}

/** One field of a key; also for the heartbeat's URL. */
export async function fieldOf(
  key: string,
  field: 'url' | 'token' | 'password',
  find: (name: string) => Promise<Credentials>,
): Promise<string> {
  const value = (await find(key))[field]
  if (value !== undefined) return value
  throw new TandemError(`the key '${key}' has no ${field}`, {
    code: 'BAD_ALERTS',
    where: 'alerts',
    hint: `tandem keys add ${key}`,
  })
}
