/** Runs and sweeps over HTTP: the list, one of them, its files to look at, two beside each other. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hono } from 'hono'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { compareRuns } from '../../run/compare/compare.ts'
import { readRun } from '../../run/compare/run-files.ts'
import { SweepQuery } from '../../sweep/results/query.ts'
import { type Asked, checked, type Env } from '../answer.ts'
import { REPORT_POLICY } from '../guard/headers.ts'
import type { RunEntry } from './entry.ts'
import { readJson } from './entry.ts'
import type { RunIndex } from './index.ts'
import { queryRuns, SORTABLE } from './query.ts'

const LIMIT_MAX = 500
const COMPARED_MAX = 8
/** How long the list waits for a look at the folders. What it didn't wait for is told by the stream when it is seen. */
const PATIENCE_MS = 30

const whole = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number)

const listQuery = z.strictObject({
  search: z.string().max(200).default(''),
  kind: z.enum(['run', 'sweep']).optional(),
  strategy: z.string().max(300).optional(),
  symbol: z.string().max(100).optional(),
  status: z.enum(['done', 'running', 'stopped', 'damaged']).optional(),
  validation: z.enum(['passed', 'failed', 'none']).optional(),
  sort: z.enum(SORTABLE).default('changedMs'),
  order: z.enum(['ascending', 'descending']).default('descending'),
  offset: whole.prefault('0'),
  limit: whole.pipe(z.int().min(1).max(LIMIT_MAX)).prefault('50'),
})

const trialsQuery = z.strictObject({
  by: z.string().max(100).optional(),
  order: z.enum(['ascending', 'descending']).default('descending'),
  limit: whole.pipe(z.int().min(1).max(LIMIT_MAX)).prefault('50'),
})

const pivotQuery = z.strictObject({ down: z.string().max(100), across: z.string().max(100), by: z.string().max(100) })

/** Adds the routes below `/api/v1`. */
export function runRoutes(app: Hono<Env>, index: RunIndex): void {
  app.get('/api/v1/runs', async (c) => {
    const asked = checked(c.req.query(), listQuery, 'query')
    await Promise.race([index.refresh(), delay(PATIENCE_MS)])
    const { order, ...rest } = asked
    const page = queryRuns(index.entries, {
      ...rest,
      kind: asked.kind ?? null,
      strategy: asked.strategy ?? null,
      symbol: asked.symbol ?? null,
      status: asked.status ?? null,
      validation: asked.validation ?? null,
      descending: order === 'descending',
    })
    return c.json({ revision: index.revision, ...page })
  })

  app.get('/api/v1/runs/:id', async (c) => {
    const { entry, folder } = await found(index, c.req.param('id'))
    const read = (name: string): unknown => readJson(join(folder, name))
    return c.json({
      entry,
      summary: read('summary.json'),
      metrics: read('metrics.json'),
      validation: shortValidation(read('validation.json')),
      config: textOf(join(folder, 'config.yaml')),
      reports: ['report.html', 'validation.html'].filter((name) => textOf(join(folder, name)) !== null),
    })
  })

  app.get('/api/v1/runs/:id/report', async (c) => report(await found(index, c.req.param('id')), 'report.html', c))
  app.get('/api/v1/runs/:id/validation-report', async (c) =>
    report(await found(index, c.req.param('id')), 'validation.html', c),
  )

  app.get('/api/v1/sweeps/:id/trials', async (c) => {
    const { folder } = await found(index, c.req.param('id'))
    const { by, order, limit } = checked(c.req.query(), trialsQuery, 'query')
    const table = await SweepQuery.with(folder, async (query) => {
      const column = by ?? (query.columns.includes('objective') ? 'objective' : 'objective1')
      const top = await query.top(limit, order === 'ascending' ? `-${column}` : column)
      return { by: column, axes: query.record.axes.map(({ key }) => key), sortable: query.columns, ...top }
    })
    return c.json(table)
  })

  app.get('/api/v1/sweeps/:id/pivot', async (c) => {
    const { folder } = await found(index, c.req.param('id'))
    const { down, across, by } = checked(c.req.query(), pivotQuery, 'query')
    return c.json(await SweepQuery.with(folder, (query) => query.pivot(down, across, by)))
  })

  app.get('/api/v1/compare', async (c) => {
    const runs = await readRuns(index, c.req.query('runs'))
    return c.json(compareRuns(runs))
  })

  app.get('/api/v1/compare/report', async (c) => {
    const runs = await readRuns(index, c.req.query('runs'))
    const { renderComparison } = await import('../../run/compare/write.ts')
    const { html } = await renderComparison(
      runs,
      runs.map(({ folder }) => folder),
    )
    return page(html, c)
  })
}

interface Found {
  readonly entry: RunEntry
  readonly folder: string
}

async function found(index: RunIndex, id: string): Promise<Found> {
  if (index.get(id) === null) await index.refresh(true)
  const [entry, folder] = [index.get(id), index.folderOf(id)]
  if (entry === null || folder === null) {
    throw new TandemError('there is no such run', { code: 'NO_RUN', where: id.slice(0, 200) })
  }
  return { entry, folder }
}

async function readRuns(index: RunIndex, asked: string | undefined) {
  const ids = (asked ?? '').split(',').filter((id) => id !== '')
  if (ids.length < 2 || ids.length > COMPARED_MAX || new Set(ids).size !== ids.length) {
    throw new TandemError(`name two to ${COMPARED_MAX} different runs`, { code: 'BAD_REQUEST', where: 'runs' })
  }
  const read = []
  for (const id of ids) {
    const { entry, folder } = await found(index, id)
    if (entry.kind !== 'run') {
      throw new TandemError('a sweep has no trades of its own to compare', { code: 'BAD_REQUEST', where: id })
    }
    read.push(await readRun(folder))
  }
  return read
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function report({ entry, folder }: Found, file: string, c: Asked): Response {
  const text = textOf(join(folder, file))
  if (text === null) throw new TandemError('it has no such report', { code: 'NO_REPORT', where: `${entry.id}/${file}` })
  return page(text, c)
}

/** A report in its cell, in the theme of the page around it. */
function page(text: string, c: Asked): Response {
  const theme = c.req.query('theme')
  const themed =
    theme === 'light' || theme === 'dark'
      ? text.replace('<html lang="en">', `<html lang="en" data-theme="${theme}">`)
      : text
  return c.body(themed, 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': REPORT_POLICY,
    'x-frame-options': 'SAMEORIGIN',
  })
}

interface Validation {
  readonly passed: unknown
  readonly failed: unknown
  readonly gates: unknown
  readonly chosen: unknown
  readonly trialCount: unknown
  readonly policy: unknown
}

/** What the gates say; days and paths stay in the report. */
function shortValidation(document: unknown): Validation | null {
  if (document === null) return null
  const { passed, failed, gates, chosen, trialCount, policy } = document as Validation
  return { passed, failed, gates, chosen, trialCount, policy }
}
