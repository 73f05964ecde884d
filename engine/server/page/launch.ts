/** Choosing or writing a run file, checking it as it is typed, and starting it. */

import type { Job } from '../jobs/job.ts'
import { ApiError, get, post, put } from './api.ts'
import { type El, h } from './dom.ts'
import { go } from './router.ts'
import { changeButton, isReadOnly, loaded, pageHead, panel, settled, tell, type View } from './view.ts'

interface ProjectFile {
  readonly path: string
  readonly kind: 'run' | 'sweep' | 'rebalance' | 'other'
}

interface Checked {
  readonly kind: ProjectFile['kind']
  readonly summary: string | null
  readonly fault: string | null
}

/** A file that another page hands over, not saved yet. */
export const draft: { path: string; text: string; set: readonly string[] } = { path: '', text: '', set: [] }

const TEMPLATE = `name: my-run
strategy: { name: sma-cross, params: { fast: 20, slow: 100 } }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }
account: { equity: 10000, profile: none }
sizing: { mode: percent, fraction: 0.95 }
costs: { fees: schedule }
`

interface Editor {
  readonly path: El
  readonly text: El
  readonly set: El
  readonly workers: El
  readonly resume: El
  readonly verdict: El
  readonly start: El
  readonly validate: El
  readonly sweepOptions: El
  /** As it stands on the disk; null for a new file. */
  saved: string | null
  kind: ProjectFile['kind']
}

export const launchView: View = (place, params) => {
  const editor = makeEditor()
  const files = h('ul', { class: 'files' })
  const fresh = h(
    'button',
    { type: 'button', class: 'quiet', click: () => fill(editor, 'my-run.yaml', TEMPLATE, null) },
    'New file',
  )
  place.append(
    pageHead('Workbench', 'Launch'),
    h('div', { class: 'two' }, panel('Run files', fresh, files), editorPanel(editor)),
  )
  const open = (path: string): Promise<void> =>
    loaded(editor.verdict, async () => {
      const { text } = await get<{ text: string }>(`/files/content?path=${encodeURIComponent(path)}`)
      fill(editor, path, text, text)
    })
  const list = (): Promise<void> =>
    loaded(files, async () => {
      const { files: all } = await get<{ files: ProjectFile[] }>('/files')
      const shown = all.filter(({ kind }) => kind === 'run' || kind === 'sweep')
      const items = shown.map(({ path, kind }) =>
        h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'row', click: () => void open(path) },
            path,
            h('span', { class: 'soft' }, ` ${kind}`),
          ),
        ),
      )
      files.replaceChildren(
        ...(items.length === 0 ? [h('li', { class: 'empty' }, 'No run files in the project folder yet.')] : items),
      )
      if (params['draft'] === undefined && editor.text.value === '' && shown.length > 0)
        await open(params['file'] ?? shown[0]!.path)
    })
  if (params['draft'] !== undefined && draft.text !== '') {
    fill(editor, draft.path, draft.text, null)
    editor.set.value = draft.set.join('\n')
  }
  void list()
  return undefined
}

function makeEditor(): Editor {
  const editor: Editor = {
    path: h('input', { id: 'path', 'aria-label': 'File name' }),
    text: h('textarea', {
      id: 'text',
      rows: '20',
      spellcheck: 'false',
      'aria-label': 'Run file',
      'aria-describedby': 'verdict',
    }),
    set: h('textarea', { id: 'set', rows: '2', spellcheck: 'false', placeholder: 'account.equity=50' }),
    workers: h('input', { id: 'workers', type: 'number', min: '1', max: '256', placeholder: 'all cores' }),
    resume: h('input', { id: 'resume', type: 'checkbox' }),
    verdict: h('p', { id: 'verdict', role: 'status' }),
    start: changeButton('Start', () => start(editor), 'main'),
    validate: changeButton('Save and validate', () => validate(editor)),
    sweepOptions: h('div', { class: 'filters', hidden: true }),
    saved: null,
    kind: 'other',
  }
  editor.sweepOptions.append(
    h('label', {}, 'Worker threads ', editor.workers),
    h('label', { class: 'tick' }, editor.resume, 'continue one that was stopped'),
  )
  editor.text.addEventListener(
    'input',
    settled(350, () => void check(editor)),
  )
  return editor
}

function editorPanel(editor: Editor): El {
  const set = h('label', { class: 'field', for: 'set' }, 'Changes for this start only, one path=value a line')
  return panel(
    'Run file',
    h('label', { class: 'field short', for: 'path' }, 'File'),
    editor.path,
    editor.text,
    editor.verdict,
    set,
    editor.set,
    editor.sweepOptions,
    h(
      'div',
      { class: 'buttons' },
      editor.start,
      editor.validate,
      changeButton('Save', () => save(editor)),
    ),
  )
}

function fill(editor: Editor, path: string, text: string, saved: string | null): void {
  editor.path.value = path
  editor.text.value = text
  editor.saved = saved
  editor.set.value = ''
  void check(editor)
}

async function check(editor: Editor): Promise<void> {
  const text = editor.text.value
  if (text.trim() === '') return
  try {
    const { kind, summary, fault } = await post<Checked>('/files/check', {
      path: editor.path.value || 'run.yaml',
      text,
    })
    if (editor.text.value !== text) return
    editor.kind = kind
    editor.verdict.className = fault === null ? 'verdict good' : 'verdict bad'
    editor.verdict.textContent = fault === null ? `${kind === 'sweep' ? 'A sweep' : 'A run'}: ${summary}` : fault
    editor.start.textContent = `${isSaved(editor) ? 'Start' : 'Save and start'} the ${kind === 'sweep' ? 'sweep' : 'backtest'}`
    editor.start.disabled = isReadOnly() || fault !== null
    editor.validate.disabled = isReadOnly() || fault !== null
    editor.sweepOptions.hidden = kind !== 'sweep'
  } catch (error) {
    editor.verdict.className = 'verdict bad'
    editor.verdict.textContent = error instanceof Error ? error.message : String(error)
  }
}

const isSaved = ({ saved, text }: Editor): boolean => saved === text.value

async function save(editor: Editor): Promise<void> {
  const [path, text] = [editor.path.value.trim(), editor.text.value]
  try {
    await put('/files/content', { path, text, replace: editor.saved !== null })
  } catch (error) {
    if (error instanceof ApiError && error.code === 'FILE_EXISTS') {
      throw new Error(`${path} is there already: choose another name, or open it first.`)
    }
    throw error
  }
  editor.saved = text
  tell(`Saved ${path}`)
  await check(editor)
}

function setOf({ set }: Editor): string[] {
  return set.value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

async function start(editor: Editor): Promise<void> {
  if (!isSaved(editor)) await save(editor)
  const file = editor.path.value.trim()
  const set = setOf(editor)
  const workers = editor.workers.value === '' ? {} : { workers: Number(editor.workers.value) }
  const job =
    editor.kind === 'sweep'
      ? { kind: 'sweep', file, set, ...workers, resume: editor.resume.checked }
      : { kind: 'backtest', file, set }
  const started = await post<Job>('/jobs', { job })
  go(`/jobs/${started.id}`)
}

async function validate(editor: Editor): Promise<void> {
  if (!isSaved(editor)) await save(editor)
  const started = await post<Job>('/jobs', {
    job: { kind: 'validate', file: editor.path.value.trim(), set: setOf(editor) },
  })
  go(`/jobs/${started.id}`)
}
