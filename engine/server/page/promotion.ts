/** The gates of a validated run, and the way from there to a signed bundle: overrides with reasons, then a second confirmation. */

import type { GateResult } from '../../promote/gates.ts'
import type { ValidationDocument } from '../../run/validate/document.ts'
import type { Job } from '../jobs/job.ts'
import { post } from './api.ts'
import { type El, h } from './dom.ts'
import { figure } from './format.ts'
import { go } from './router.ts'
import type { RunDocument } from './run.ts'
import { table } from './table.ts'
import { badge, changeButton, confirmed, panel, tell } from './view.ts'

const REASON_LEAST = 10

export function promotionPanel(run: RunDocument): El {
  const { validation } = run
  if (validation === null) {
    const words =
      'Not validated yet. Validation tells whether what the backtest shows can be believed; only then can it be promoted to live.'
    return panel('Validation', h('p', { class: 'intro' }, words))
  }
  const passed = validation.gates.filter(({ status }) => status === 'passed').length
  const intro = `${passed} of ${validation.gates.length} gates passed under the policy ${validation.policy}, ${validation.trialCount.total} trials counted.`
  return h(
    'div',
    {},
    panel('Gates', h('p', { class: 'intro' }, intro), gateTable(validation.gates)),
    promote(run, validation),
  )
}

function gateTable(gates: readonly GateResult[]): El {
  const tone = { passed: 'good', failed: 'bad', 'not applicable': 'plain' } as const
  return table({
    caption: 'Gates',
    empty: 'There are none.',
    rows: gates,
    columns: [
      { head: 'Gate', cell: ({ label, formula }) => h('span', { title: formula }, label) },
      { head: 'Result', cell: ({ status }) => badge(status, tone[status]) },
      {
        head: 'Value',
        number: true,
        cell: ({ value }) => figure(value === null ? null : Number(value.toPrecision(4))),
      },
      {
        head: 'Limit',
        number: true,
        cell: ({ limit, relation }) => (limit === null ? '–' : `${relation} ${Number(limit.toPrecision(4))}`),
      },
      { head: 'Why', cell: ({ reason }) => h('span', { class: 'words' }, reason) },
    ],
  })
}

/** What was typed, by run and field: the panel is made anew when something about its run changes. */
const drafts = new Map<string, string>()

function drafted(input: El, run: string, field: string): El {
  const key = `${run} ${field}`
  input.value = drafts.get(key) ?? input.value
  input.addEventListener('input', () => drafts.set(key, input.value))
  return input
}

function promote({ entry }: RunDocument, { gates }: ValidationDocument): El {
  const failed = gates.filter(({ status }) => status === 'failed')
  const file = `${entry.name.replace(/[^A-Za-z0-9_-]+/g, '-')}-live.yaml`
  const out = drafted(h('input', { id: 'out', value: file, required: true }), entry.id, 'out')
  const by = drafted(h('input', { id: 'by', autocomplete: 'name' }), entry.id, 'by')
  const reasons = failed.map((gate) => {
    const area = h('textarea', { rows: '2', 'data-gate': gate.name, placeholder: 'Why it is right nevertheless' })
    const text = drafted(area, entry.id, gate.name)
    return { gate, text, row: h('label', { class: 'field' }, `${gate.label} (failed: ${gate.reason})`, text) }
  })
  const act = changeButton(
    'Look at the promotion …',
    () => review(entry.id, out, by, reasons),
    failed.length === 0 ? 'main' : 'plain',
  )
  const warning =
    failed.length === 0
      ? 'Every gate that applies passed. The bundle is signed with your own key; live accepts nothing else.'
      : `${failed.length} gates failed. Each can be overridden with a reason and a name, and stays on record in the bundle for ever. The honest answer is usually not to.`
  return panel(
    'Promotion',
    h('p', { class: 'intro' }, warning),
    ...reasons.map(({ row }) => row),
    failed.length === 0 ? null : h('label', { class: 'field short' }, 'Who answers for it', by),
    h('label', { class: 'field short' }, 'Bundle to write, in the project folder', out),
    h('div', { class: 'buttons' }, act),
  )
}

interface Reason {
  readonly gate: GateResult
  readonly text: El
}

async function review(run: string, out: El, by: El, reasons: readonly Reason[]): Promise<void> {
  const short = reasons.find(({ text }) => text.value.trim().length < REASON_LEAST)
  if (short !== undefined) {
    short.text.focus()
    tell(`${short.gate.label}: an override needs a reason of ${REASON_LEAST} letters or more.`, 'bad')
    return
  }
  if (reasons.length > 0 && by.value.trim() === '') {
    by.focus()
    tell('An override needs a name that answers for it.', 'bad')
    return
  }
  const overrides = Object.fromEntries(reasons.map(({ gate, text }) => [gate.name, text.value.trim()]))
  const job = { kind: 'promote', run, out: out.value.trim(), overrides, by: by.value.trim() }
  const looked = await post<{ confirmation: string; command: string }>('/confirmations', { job })
  const overridden = reasons.map(({ gate, text }) => h('li', {}, h('strong', {}, gate.label), `: ${text.value.trim()}`))
  const content = h(
    'div',
    {},
    h('p', {}, `${run} becomes a signed bundle, ${job.out}, that live trading will accept.`),
    overridden.length === 0 ? null : h('p', {}, `Overridden by ${job.by}:`),
    overridden.length === 0 ? null : h('ul', {}, ...overridden),
    h('pre', {}, looked.command),
  )
  if (!(await confirmed('Promote to live?', content, 'Promote'))) return
  const started = await post<Job>('/jobs', { job, confirmation: looked.confirmation })
  for (const key of [...drafts.keys()]) if (key.startsWith(`${run} `)) drafts.delete(key)
  go(`/jobs/${started.id}`)
}
