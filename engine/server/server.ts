/** The workbench: guard, sign-in and routes, put together around one folder of runs and one project folder. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import { tandemVersion } from '../run/installation.ts'
import { bodyOf, type Env, errorAnswer, errorBody } from './answer.ts'
import { type Assets, loadAssets } from './assets.ts'
import { Confirmations } from './guard/confirmations.ts'
import { SECURITY_HEADERS } from './guard/headers.ts'
import { type GuardPolicy, refuse } from './guard/request.ts'
import { Sessions } from './guard/sessions.ts'
import { Hub } from './hub.ts'
import type { Places } from './jobs/command.ts'
import { isOver, type Job } from './jobs/job.ts'
import { Jobs } from './jobs/jobs.ts'
import { OneOffs } from './jobs/one-off.ts'
import { confirmationRoutes, fileRoutes, jobRoutes, rebalanceRoutes } from './jobs/routes.ts'
import { type Listening, type ListenOptions, listen } from './listen.ts'
import { controlRoutes, keyRoutes } from './live/control.ts'
import { liveRoutes } from './live/routes.ts'
import { LiveSessions } from './live/sessions.ts'
import { VenueAccounts, venueAccountRoutes } from './live/venue-accounts.ts'
import { openedPage } from './opened-page.ts'
import { Project } from './project.ts'
import { RunIndex } from './runs/index.ts'
import { runRoutes } from './runs/routes.ts'
import { Streams } from './stream.ts'

export interface WorkbenchOptions {
  readonly listen: ListenOptions
  readonly runs: string
  readonly store: string
  /** The folder of run files. */
  readonly project: string
  readonly readOnly: boolean
  /** The script of the command line, which jobs are started with. */
  readonly script: string
  readonly log: (line: string) => void
  readonly now?: () => number
  /** The process's surroundings, for where keys lie; default: this process's own. */
  readonly variables?: NodeJS.ProcessEnv
}

export interface Workbench {
  readonly origin: string
  readonly port: number
  /** An address that signs one browser in, once. Null where there is a password instead. */
  launchUrl(): string | null
  close(): Promise<void>
}

/** How often pages are told of runs that others made, and jobs of their progress. */
const SCAN_MS = 2000
/** With no page open it is looked that many times less often. */
const IDLE_SCANS = 5
const TELL_MS = 150

/** Starts the workbench. Throws what `listen` throws, and `NO_PROJECT`. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const now = options.now ?? Date.now
  const assets = await loadAssets()
  const hub = new Hub()
  const streams = new Streams()
  const [runs, store] = [resolve(options.runs), resolve(options.store)]
  const project = new Project(options.project, [runs, store])
  const index: RunIndex = new RunIndex({
    runs,
    now,
    keep: !options.readOnly,
    onChange: () => hub.send('runs', { revision: index.revision }),
  })
  const places: Places = { project, index, runs, store }
  const telling = tellJobs(hub)
  const venueAccounts = new VenueAccounts({ ...places, script: options.script }, now)
  const onChange = (job: Job): void => {
    telling.tell(job)
    if (job.kind === 'rebalance' && isOver(job)) venueAccounts.forget()
  }
  const jobs = new Jobs({ ...places, script: options.script, now, readOnly: options.readOnly, onChange })
  const oneOffs = new OneOffs({ ...places, script: options.script })
  const confirmations = new Confirmations(now)
  const liveSessions = new LiveSessions(runs, now)
  let sessions: Sessions | null = null
  let policy: GuardPolicy | null = null

  const app = new Hono<Env>()
  app.onError((error, c) => errorAnswer(c, error, options.log))
  app.notFound((c) => c.json(errorBody('NOT_FOUND', 'there is nothing here', null, null), 404))
  signInRoutes(app, () => sessions!, assets)
  const about = aboutOf({ ...options, runs, store, project, index, startedMs: now() })
  app.get('/api/v1/status', (c) => c.json(about()))
  pageRoutes(app, assets, about)
  runRoutes(app, index, oneOffs)
  jobRoutes(app, jobs, confirmations)
  confirmationRoutes(app, confirmations, places)
  fileRoutes(app, project)
  rebalanceRoutes(app, { ...places, script: options.script })
  liveRoutes(app, liveSessions, streams)
  venueAccountRoutes(app, venueAccounts)
  controlRoutes(app, liveSessions, runs)
  keyRoutes(app, options.variables ?? process.env)
  app.get('/api/v1/events', (c) =>
    streams.start(c, ({ send }) => {
      send('hello', { version: tandemVersion(), revision: index.revision })
      for (const job of jobs.list().slice(0, 20)) send('job', job)
      return hub.listen(({ event, data }) => send(event, data))
    }),
  )

  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const listening: Listening = await listen(options.listen, (request, response) => {
    if (sessions === null || policy === null) {
      response.destroy()
      return
    }
    guarded(request, response, { policy, sessions, assets }, () => void listener(request, response))
  })
  const { port, hosts, scheme } = listening
  const { password } = options.listen
  sessions = new Sessions({ port, secure: scheme === 'https', password, now })
  policy = { scheme, hosts, readOnly: options.readOnly }
  await index.refresh()
  let idle = 0
  const scanning = setInterval(() => {
    idle = hub.size > 0 ? 0 : idle + 1
    if (idle % IDLE_SCANS === 0) void index.refresh()
  }, SCAN_MS)
  scanning.unref()

  return {
    origin: listening.origin,
    port,
    launchUrl: () => (sessions!.needsPassword ? null : `${listening.origin}/open/${sessions!.launch()}`),
    close: async () => {
      clearInterval(scanning)
      streams.close()
      liveSessions.close()
      oneOffs.close()
      await jobs.close()
      telling.stop()
      await listening.close()
    },
  }
}

/** The wall, then sign-in, then `next`. Headers are set on every answer. */
function guarded(
  request: IncomingMessage,
  response: ServerResponse,
  { policy, sessions, assets }: { policy: GuardPolicy; sessions: Sessions; assets: Assets },
  next: () => void,
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
  const { method = '', url = '', rawHeaders } = request
  const refusal = refuse({ method, url, rawHeaders }, policy)
  if (refusal !== null) {
    end(response, refusal.status, errorBody(refusal.code, refusal.message, null, null))
    return
  }
  if (isPublic(method, url) || sessions.isOpen(request.headers.cookie)) {
    next()
    return
  }
  if (url.startsWith('/api/')) {
    const hint = sessions.needsPassword ? 'sign in with the password' : 'open the address that tandem serve printed'
    end(response, 401, errorBody('SIGN_IN', 'this browser is not signed in', null, hint))
    return
  }
  response.writeHead(401, { 'content-type': 'text/html; charset=utf-8' })
  response.end(method === 'HEAD' ? '' : assets.shell(null))
}

/** What a browser needs to sign in; nothing of it is anybody's data. */
function isPublic(method: string, url: string): boolean {
  if (method === 'POST') return url === '/api/v1/session'
  return (
    method === 'GET' && (/^\/assets\/[0-9a-f]{16}\/[a-z-]+\.(?:js|css)$/.test(url) || /^\/open\/[\w-]{43}$/.test(url))
  )
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify(body))
}

function signInRoutes(app: Hono<Env>, sessions: () => Sessions, { version }: Assets): void {
  app.get('/open/:token', (c) => {
    const signIn = sessions().needsPassword ? { refused: 'wrong' as const } : sessions().signIn(c.req.param('token'))
    if ('refused' in signIn) return c.html(openedPage(false, version), 401)
    c.header('set-cookie', sessions().cookieOf(signIn.session))
    return c.html(openedPage(true, version))
  })
  app.post('/api/v1/session', async (c) => {
    const { secret } = await bodyOf(c, z.strictObject({ secret: z.string().min(1).max(500) }))
    const signIn = sessions().signIn(secret)
    if ('refused' in signIn) {
      return signIn.refused === 'too many'
        ? c.json(errorBody('TOO_MANY_TRIES', 'too many wrong tries', null, 'wait a minute'), 429)
        : c.json(errorBody('SIGN_IN', "that isn't it", null, 'a token is good once'), 401)
    }
    c.header('set-cookie', sessions().cookieOf(signIn.session))
    return c.json({ signedIn: true })
  })
}

interface About extends Pick<WorkbenchOptions, 'readOnly' | 'runs' | 'store'> {
  readonly project: Project
  readonly index: RunIndex
  readonly startedMs: number
}

/** What a page is told of the server before anything else. */
function aboutOf({ readOnly, runs, store, project, index, startedMs }: About) {
  const version = tandemVersion()
  const folders = { project: project.root, runs, store }
  return () => ({ version, readOnly, startedMs, folders, runs: index.entries.length })
}

const PAGES = [
  '/',
  '/runs/:id',
  '/compare',
  '/launch',
  '/jobs',
  '/jobs/:id',
  '/live',
  '/live/:id',
  '/accounts',
  '/rebalance',
]

function pageRoutes(app: Hono<Env>, assets: Assets, about: () => unknown): void {
  app.get('/assets/:version/:name', (c) => {
    const { version, name } = c.req.param()
    const asset = version === assets.version ? assets.of(name) : null
    if (asset === null) return c.notFound()
    // The address has the content's hash in it.
    return c.body(asset.text, 200, {
      'content-type': asset.type,
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })
  for (const path of PAGES) app.get(path, (c) => c.html(assets.shell(about())))
}

/** Jobs as they change, a few times a second at most. */
function tellJobs(hub: Hub): { tell(job: Job): void; stop(): void } {
  const waiting = new Map<string, Job>()
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    timer = null
    for (const job of waiting.values()) hub.send('job', job)
    waiting.clear()
  }
  return {
    tell: (job) => {
      waiting.set(job.id, job)
      timer ??= setTimeout(flush, TELL_MS)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
