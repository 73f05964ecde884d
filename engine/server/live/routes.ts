/** Live sessions and the accounts behind them over HTTP. */

import type { Hono } from 'hono'
import type { Env } from '../answer.ts'
import type { Streams } from '../stream.ts'
import { accountStates } from './accounts.ts'
import type { LiveSessions } from './sessions.ts'

export function liveRoutes(app: Hono<Env>, sessions: LiveSessions, streams: Streams): void {
  app.get('/api/v1/live', async (c) => {
    const all = await sessions.list()
    return c.json({ sessions: all.map(({ points: _, events: __, ...short }) => short) })
  })

  app.get('/api/v1/live/:id', async (c) => c.json(await sessions.snapshot(c.req.param('id'))))

  app.get('/api/v1/live/:id/events', (c) => {
    const id = c.req.param('id')
    // Before the stream begins: what isn't there is an error, not a silent stream.
    sessions.folderOf(id)
    return streams.start(c, ({ send }) => sessions.watch(id, ({ kind, data }) => send(kind, data)))
  })

  app.get('/api/v1/accounts', async (c) => c.json({ accounts: accountStates(await sessions.list()) }))
}
