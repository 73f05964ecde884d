/** What the page may tell a live session: to halt, as `tandem halt` does. Keys go in, and never come out. */

import type { Hono } from 'hono'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { addKey, listKeys, openKeys } from '../../run/keys.ts'
import { sendCommand } from '../../run/session-commands.ts'
import { bodyOf, type Env } from '../answer.ts'
import type { LiveSessions } from './sessions.ts'

/** How long the page waits for a session's answer; the command stays where it is if none comes. */
const ANSWER_MS = 1500

export function controlRoutes(app: Hono<Env>, sessions: LiveSessions, runs: string): void {
  app.post('/api/v1/live/:id/halt', async (c) => {
    const session = c.req.param('id')
    await bodyOf(c, z.strictObject({}))
    sessions.folderOf(session)
    const answers = await sendCommand({ runs, session, kind: 'halt', symbol: null, waitMs: ANSWER_MS })
    return c.json({ answers })
  })
}

const keyBody = z.strictObject({
  fields: z.record(z.string().max(40), z.string().max(5000)),
  to: z.enum(['keychain', 'file']),
})

/** `variables`: the surroundings, handed in so that tests have their own. */
export function keyRoutes(app: Hono<Env>, variables: NodeJS.ProcessEnv): void {
  // A copy for each: a passphrase is taken out of it when it is read.
  const store = () => openKeys(async () => null, { ...variables })

  app.get('/api/v1/keys', async (c) => c.json({ keys: await listKeys(store()) }))

  app.put('/api/v1/keys/:name', async (c) => {
    const name = c.req.param('name')
    const { fields, to } = await bodyOf(c, keyBody)
    try {
      await addKey(store(), to, name, fields)
    } catch (error) {
      if (error instanceof TandemError) throw error
      // A library's own words might repeat what it was given.
      throw new TandemError(`the ${to} can't keep it`, { code: 'KEY_NOT_KEPT', where: name.slice(0, 50) })
    }
    return c.json({ name, place: to })
  })
}
