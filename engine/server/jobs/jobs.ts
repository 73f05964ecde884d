/**
 * The jobs of the page: two at a time, the others wait their turn. Each is on record in a file, so that a restart of the
 * server loses no history; one that ran while the server went away is `interrupted` (a sweep can be continued).
 */

import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { operationHolder, operationLockPath, operationRunning } from '../../run/operation-lock.ts'
import { readJson } from '../runs/entry.ts'
import { type Places, type PreparedJob, prepareJob } from './command.ts'
import { isOver, type Job, type JobRequest, type JobState } from './job.ts'
import { type Started, startCommand } from './process.ts'

const RUNNING_MAX = 2
const WAITING_MAX = 20
const KEPT_MAX = 200
const LINES_MAX = 200

export interface JobsOptions extends Places {
  readonly script: string
  readonly now: () => number
  readonly readOnly: boolean
  readonly onChange: (job: Job) => void
}

interface Entry {
  job: Job
  readonly prepared: PreparedJob | null
  started: Started | null
  isStopped: boolean
}

export class Jobs {
  private readonly options: JobsOptions
  private readonly entries = new Map<string, Entry>()

  constructor(options: JobsOptions) {
    this.options = options
    for (const job of this.remembered()) {
      const before = isOver(job) ? job : { ...job, state: 'interrupted' as const, endedMs: options.now() }
      this.entries.set(job.id, { job: before, prepared: null, started: null, isStopped: false })
      if (before !== job) this.remember(before)
    }
  }

  /** Latest first. */
  list(): Job[] {
    return [...this.entries.values()].map(({ job }) => job).sort((a, b) => b.createdMs - a.createdMs)
  }

  get(id: string): Job | null {
    return this.entries.get(id)?.job ?? null
  }

  /** Starts a job. Throws what is wrong with it, `OPERATION_RUNNING` where the same is being done, `TOO_MANY_JOBS`. */
  start(request: JobRequest): Job {
    const { options } = this
    const prepared = prepareJob(request, options)
    this.refuseSame(prepared)
    const waiting = [...this.entries.values()].filter(({ job }) => job.state === 'queued').length
    if (waiting >= WAITING_MAX) {
      throw new TandemError(`${waiting} jobs are waiting`, {
        code: 'TOO_MANY_JOBS',
        hint: 'wait for one, or cancel one',
      })
    }
    const job: Job = {
      id: randomBytes(8).toString('hex'),
      kind: request.kind,
      title: prepared.title,
      command: prepared.shown,
      state: 'queued',
      progress: null,
      lines: [],
      error: null,
      result: null,
      createdMs: options.now(),
      endedMs: null,
    }
    if (prepared.writes !== undefined) writeWhole(prepared.writes.path, prepared.writes.text)
    this.entries.set(job.id, { job, prepared, started: null, isStopped: false })
    this.change(job.id, {})
    this.next()
    this.forgetOld()
    return this.get(job.id)!
  }

  /** Stops a job that waits or runs. Throws `NO_JOB`. */
  cancel(id: string): Job {
    const entry = this.entries.get(id)
    if (entry === undefined) throw new TandemError('there is no such job', { code: 'NO_JOB', where: id })
    entry.isStopped = true
    if (entry.job.state === 'queued') this.change(id, { state: 'cancelled', endedMs: this.options.now() })
    else entry.started?.stop()
    return entry.job
  }

  /** Stops everything and waits for it. */
  async close(): Promise<void> {
    const open = [...this.entries.values()].filter(({ job }) => !isOver(job))
    for (const { job } of open) this.cancel(job.id)
    await Promise.all(open.map(({ started }) => started?.ended))
  }

  private refuseSame({ operation }: PreparedJob): void {
    const { runs } = this.options
    const path = operationLockPath(runs, operation)
    for (const { job, prepared } of this.entries.values()) {
      if (prepared === null || isOver(job) || operationLockPath(runs, prepared.operation) !== path) continue
      throw operationRunning(operation, {
        pid: process.pid,
        host: 'this server',
        by: 'page',
        operation: job.title,
        sinceMs: job.createdMs,
      })
    }
    const holder = operationHolder(runs, operation)
    if (holder !== null) throw operationRunning(operation, holder)
  }

  private next(): void {
    const all = [...this.entries.values()]
    let running = all.filter(({ job }) => job.state === 'running').length
    for (const entry of all) {
      if (running >= RUNNING_MAX) return
      if (entry.job.state !== 'queued') continue
      running++
      void this.run(entry)
    }
  }

  private async run(entry: Entry): Promise<void> {
    const { script, project, runs, store, now } = this.options
    const { id } = entry.job
    const { words, resultOf } = entry.prepared!
    this.change(id, { state: 'running' })
    entry.started = startCommand({
      script,
      words: [...words, '--json', `--runs=${runs}`, `--store=${store}`],
      cwd: project.root,
      onLine: (line) => this.change(id, { lines: [...entry.job.lines, line].slice(-LINES_MAX) }),
      onProgress: (progress) => this.change(id, { progress }),
    })
    const { code, document } = await entry.started.ended
    const state = stateAfter(code, document, entry.isStopped)
    const error = state === 'done' ? null : (entry.job.lines.findLast((line) => line.startsWith('tandem: ')) ?? null)
    this.change(id, {
      state,
      error: error?.slice('tandem: '.length) ?? null,
      result: document === null ? null : resultOf(document),
      endedMs: now(),
    })
    this.next()
  }

  private change(id: string, change: Partial<Job>): void {
    const entry = this.entries.get(id)!
    entry.job = { ...entry.job, ...change }
    if (change.lines === undefined && change.progress === undefined) this.remember(entry.job)
    this.options.onChange(entry.job)
  }

  private get folder(): string {
    return join(this.options.runs, '.tandem', 'jobs')
  }

  private remember(job: Job): void {
    if (this.options.readOnly) return
    try {
      writeWhole(join(this.folder, `${job.id}.json`), `${JSON.stringify(job)}\n`)
    } catch {
      // A history that can't be written is no reason not to do the work.
    }
  }

  private remembered(): Job[] {
    let names: string[]
    try {
      names = readdirSync(this.folder).filter((name) => /^[0-9a-f]{16}\.json$/.test(name))
    } catch {
      return []
    }
    const jobs = names.map((name) => readJson<Job>(join(this.folder, name))).filter((job) => job !== null)
    return jobs.sort((a, b) => b.createdMs - a.createdMs).slice(0, KEPT_MAX)
  }

  private forgetOld(): void {
    for (const job of this.list().slice(KEPT_MAX)) {
      if (!isOver(job)) continue
      this.entries.delete(job.id)
      rmSync(join(this.folder, `${job.id}.json`), { force: true })
    }
  }
}

/** Exit code 1 with a document is an answer; without one it is a refusal all the same, and the log says why. */
function stateAfter(code: number | null, document: unknown, isStopped: boolean): JobState {
  if (code === 0) return 'done'
  if (isStopped) return 'cancelled'
  if (code === 1) return 'refused'
  return document === null && code === null ? 'interrupted' : 'failed'
}

function writeWhole(path: string, text: string): void {
  const partial = `${path}.${randomBytes(4).toString('hex')}.part`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(partial, text)
  renameSync(partial, path)
}
