/** Jobs: what the page has started, how far it is, what came of it. */

import type { Job } from '../jobs/job.ts'
import { get, remove } from './api.ts'
import { type El, h } from './dom.ts'
import { on } from './events.ts'
import { age, count, duration, time } from './format.ts'
import { type Report, rebalanceResult } from './rebalance-report.ts'
import { table } from './table.ts'
import { badge, changeButton, link, loaded, pageHead, panel, type View } from './view.ts'

const TONES = {
  queued: 'plain',
  running: 'busy',
  done: 'good',
  refused: 'bad',
  failed: 'bad',
  cancelled: 'plain',
  interrupted: 'bad',
} as const

function stateBadge({ state, kind }: Job): El {
  const words = state === 'refused' ? (kind === 'validate' ? 'gates failed' : 'the answer is no') : state
  return badge(words, TONES[state])
}

const isOver = ({ state }: Job): boolean => state !== 'queued' && state !== 'running'

/** Whether an answer that is late tells of a time before the job ended: what is over stays over. */
const isOutdated = (known: Job | undefined, job: Job): boolean => known !== undefined && isOver(known) && !isOver(job)

export const jobsView: View = (place) => {
  const list = h('div')
  place.append(pageHead('Workbench', 'Jobs', link('/launch', 'New run', { class: 'button main' })), list)
  const all = new Map<string, Job>()
  const show = (): void => {
    const rows = [...all.values()].sort((a, b) => b.createdMs - a.createdMs)
    list.replaceChildren(
      table({
        caption: 'Jobs',
        empty: 'Nothing was started from this page yet.',
        rows,
        columns: [
          { head: 'Job', cell: (job) => link(`/jobs/${job.id}`, `${job.kind} ${job.title}`) },
          { head: 'State', cell: stateBadge },
          { head: 'Progress', cell: (job) => progressOf(job) },
          { head: 'Started', number: true, cell: ({ createdMs }) => age(createdMs) },
          {
            head: 'Took',
            number: true,
            wide: true,
            cell: ({ createdMs, endedMs }) => (endedMs === null ? '–' : duration(endedMs - createdMs)),
          },
        ],
      }),
    )
  }
  void loaded(list, async () => {
    for (const job of (await get<{ jobs: Job[] }>('/jobs')).jobs) {
      if (!isOutdated(all.get(job.id), job)) all.set(job.id, job)
    }
    show()
  })
  return on<Job>('job', (job) => {
    all.set(job.id, job)
    show()
  })
}

export const jobView: View = (place, params) => {
  const id = encodeURIComponent(params['id']!)
  const update = frameOf(place)
  const load = (): void => void loaded(place, async () => update(await get<Job>(`/jobs/${id}`)))
  load()
  const stopJob = on<Job>('job', (job) => {
    if (job.id === id) update(job)
  })
  // A server that came back knows what became of it.
  const stopReturn = on('returned', load)
  return () => {
    stopJob()
    stopReturn()
  }
}

function progressOf({ progress, state }: Job): El | string {
  if (progress === null) return state === 'running' ? 'working …' : ''
  const { done, total } = progress
  return h(
    'span',
    { class: 'progress' },
    h('progress', { max: String(Math.max(1, total)), value: String(done) }),
    ` ${count(done)} of ${count(total)}`,
  )
}

/** The parts of a job's page, each changed only where it changes, so that focus and scroll stay. */
function frameOf(place: El): (job: Job) => void {
  const parts = {
    head: h('div'),
    state: h('p', { class: 'states', id: 'job-state' }),
    progress: h('p', { class: 'job-progress' }),
    outcome: h('div'),
  }
  const log = h('pre', { class: 'log', tabindex: '0' })
  const command = h('pre', { tabindex: '0' })
  let last = ''
  let known: Job | undefined
  return (job) => {
    if (isOutdated(known, job)) return
    known = job
    if (!log.isConnected) {
      const rest = [panel('Log', log), panel('The same from the command line', command)]
      place.replaceChildren(parts.head, parts.state, parts.progress, parts.outcome, ...rest)
    }
    const now = `${job.id} ${job.state}`
    if (now !== last) {
      last = now
      const stop = changeButton('Cancel', () => remove(`/jobs/${job.id}`), 'stop')
      parts.head.replaceChildren(pageHead(`Job · ${job.kind}`, job.title, isOver(job) ? null : stop))
      parts.state.setAttribute('data-state', job.state)
      const took = job.endedMs === null ? '' : `, took ${duration(job.endedMs - job.createdMs)}`
      parts.state.replaceChildren(
        stateBadge(job),
        h('span', { class: 'soft' }, ` started ${time(job.createdMs)} UTC${took}`),
      )
      const fault = job.error === null ? [] : [h('p', { class: 'notice bad' }, job.error)]
      parts.outcome.replaceChildren(...fault, outcome(job))
      command.textContent = job.command
    }
    parts.progress.replaceChildren(...[progressOf(job)].flat(), paceOf(job))
    log.textContent = job.lines.length === 0 ? 'Nothing yet.' : job.lines.join('\n')
  }
}

function paceOf(job: Job): string {
  const { progress } = job
  if (progress === null || isOver(job)) return ''
  const rate = progress.perSecond === null ? '' : ` · ${progress.perSecond.toFixed(1)} a second`
  return `${rate}${progress.secondsLeft === null ? '' : ` · ${duration(progress.secondsLeft * 1000)} left`}`
}

function outcome({ kind, result, state }: Job): El {
  if (result === null) {
    const isSweep = kind === 'sweep' && (state === 'cancelled' || state === 'interrupted')
    return isSweep
      ? h('p', { class: 'notice' }, 'What was done is kept: start it again with "continue" to go on.')
      : h('div')
  }
  const folder = result.run ?? result.sweep
  if (kind === 'rebalance' && result.document !== undefined) return rebalanceResult(result.document as Report)
  if (folder === undefined || folder === '') return h('div')
  const words: Readonly<Record<string, string>> = {
    backtest: 'Open the report',
    sweep: 'Open the sweep',
    validate: 'See the gates',
    promote: 'Back to the run',
  }
  const tab = kind === 'validate' || kind === 'promote' ? '?tab=validation' : ''
  return h(
    'p',
    { class: 'buttons' },
    link(`/runs/${encodeURIComponent(folder)}${tab}`, words[kind] ?? 'Open', { class: 'button main' }),
  )
}
