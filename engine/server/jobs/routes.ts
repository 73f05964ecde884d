/** Jobs and project files over HTTP, and the second confirmation that some jobs need. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { configJsonSchema } from '../../run/config/index.ts'
import { bodyOf, type Env } from '../answer.ts'
import type { Confirmations } from '../guard/confirmations.ts'
import type { Project } from '../project.ts'
import { checkText } from './check-text.ts'
import { type Places, type PreparedJob, prepareJob, prepareRebalance } from './command.ts'
import { CONFIRMED, jobRequest } from './job.ts'
import type { Jobs } from './jobs.ts'
import { startCommand } from './process.ts'

const path = z.string().min(1).max(300)
const content = z.string().max(200_000)

/** Previews that are made at a time. */
const PREVIEWS_MAX = 2

const startBody = z.strictObject({ job: jobRequest, confirmation: z.string().max(100).optional() })
const writeBody = z.strictObject({ path, text: content, replace: z.boolean().default(false) })
const checkBody = z.strictObject({ path: path.default('run.yaml'), text: content })
const previewBody = z.strictObject({ document: z.record(z.string(), z.unknown()) })

export function jobRoutes(app: Hono<Env>, jobs: Jobs, confirmations: Confirmations): void {
  app.get('/api/v1/jobs', (c) => c.json({ jobs: jobs.list() }))

  app.get('/api/v1/jobs/:id', (c) => {
    const job = jobs.get(c.req.param('id'))
    if (job === null)
      throw new TandemError('there is no such job', { code: 'NO_JOB', where: c.req.param('id').slice(0, 100) })
    return c.json(job)
  })

  app.post('/api/v1/jobs', async (c) => {
    const { job, confirmation } = await bodyOf(c, startBody)
    if (CONFIRMED.includes(job.kind)) confirmations.redeem(confirmation, job.kind, job)
    return c.json(jobs.start(job), 201)
  })

  app.delete('/api/v1/jobs/:id', (c) => c.json(jobs.cancel(c.req.param('id'))))
}

/** What needs a second confirmation is looked at first: everything is checked, and the command is shown. */
export function confirmationRoutes(app: Hono<Env>, confirmations: Confirmations, places: Places): void {
  app.post('/api/v1/confirmations', async (c) => {
    const { job } = await bodyOf(c, z.strictObject({ job: jobRequest }))
    if (!CONFIRMED.includes(job.kind)) {
      throw new TandemError(`a ${job.kind} needs no confirmation`, { code: 'BAD_REQUEST', where: 'job.kind' })
    }
    const { title, shown } = prepareJob(job, places)
    return c.json({ title, command: shown, ...confirmations.issue(job.kind, job) })
  })
}

export function fileRoutes(app: Hono<Env>, project: Project): void {
  app.get('/api/v1/files', (c) => c.json({ files: project.list() }))

  app.get('/api/v1/files/content', (c) => {
    const asked = c.req.query('path') ?? ''
    return c.json({ path: asked, text: project.read(asked) })
  })

  app.put('/api/v1/files/content', async (c) => {
    const { path, text, replace } = await bodyOf(c, writeBody)
    if (!replace && project.list().some((one) => one.path === path)) {
      throw new TandemError('there is such a file already', { code: 'FILE_EXISTS', where: path, hint: 'say replace' })
    }
    const faults = checkText(path, text)
    if (faults.error !== null) throw faults.error
    project.write(path, text)
    return c.json({ path })
  })

  app.post('/api/v1/files/check', async (c) => {
    const { path, text } = await bodyOf(c, checkBody)
    const { error, kind, summary, document } = checkText(path, text)
    return c.json({ kind, summary, document, fault: error === null ? null : error.line })
  })

  app.get('/api/v1/schema', (c) => c.json(configJsonSchema() as Record<string, unknown>))
}

/** A preview is the command's own dry run, in a process of its own: the page never holds a venue's key. */
export function rebalanceRoutes(app: Hono<Env>, places: Places & { readonly script: string }): void {
  let running = 0
  app.post('/api/v1/rebalance/preview', async (c) => {
    const { document } = await bodyOf(c, previewBody)
    if (running >= PREVIEWS_MAX) {
      throw new TandemError('previews are being made already', { code: 'TOO_MANY_JOBS', hint: 'wait a moment' })
    }
    running++
    const folder = mkdtempSync(join(tmpdir(), 'tandem-preview-'))
    try {
      return c.json(await preview(prepareRebalance(document, folder, true), places))
    } finally {
      running--
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

async function preview({ words, writes }: PreparedJob, places: Places & { readonly script: string }) {
  writeFileSync(writes!.path, writes!.text)
  const lines: string[] = []
  const { code, document } = await startCommand({
    script: places.script,
    words: [...words, '--json', `--runs=${places.runs}`, `--store=${places.store}`],
    cwd: places.project.root,
    onLine: (line) => lines.push(line),
    onProgress: () => undefined,
  }).ended
  if (document !== null) return document as Record<string, unknown>
  const line = lines.findLast((one) => one.startsWith('tandem: '))?.slice('tandem: '.length)
  throw new TandemError(line?.replaceAll(writes!.path, 'targets') ?? `the preview ended with ${code}`, {
    code: 'PREVIEW_FAILED',
  })
}
