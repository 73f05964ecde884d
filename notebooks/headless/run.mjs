/**
 * Runs the notebooks without Jupyter, each in a Deno of its own, as its kernel would: all code cells of one notebook
 * in order in one module. Prints how many cells were carried out and how many failed; exit code 1 if any did.
 *
 *   node headless/run.mjs [--write] [NAME …]     --write puts what the cells showed into the notebooks
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)))
const DENO = join(PACKAGE, 'node_modules', 'deno', 'bin.cjs')
const PRELUDE = join(PACKAGE, 'headless', 'prelude.mjs')

/** Code cells of a notebook, joined to a module in which each announces itself. */
function moduleOf(cells) {
  const announced = cells.map(({ source }, i) => `globalThis.tandemCell(${i})\n${[source].flat().join('')}`)
  return [`import '${PRELUDE.replaceAll('\\', '/')}'`, ...announced, `globalThis.tandemCell(${cells.length})`].join(
    '\n',
  )
}

function runNotebook(file, isWriting) {
  const path = join(PACKAGE, file)
  const notebook = JSON.parse(readFileSync(path, 'utf8'))
  const cells = notebook.cells.filter(({ cell_type }) => cell_type === 'code')
  const name = file.replace(/\.ipynb$/, '')
  const module = join(PACKAGE, `.${name}.headless.ts`)
  const report = join(PACKAGE, '.work', `${name}.json`)
  mkdirSync(dirname(report), { recursive: true })
  rmSync(report, { force: true })
  writeFileSync(module, moduleOf(cells))
  const run = spawnSync(process.execPath, [DENO, 'run', '-A', '--no-check', '--quiet', module], {
    cwd: PACKAGE,
    env: { ...process.env, TANDEM_CELLS: report, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1', NODE_NO_WARNINGS: '1' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  rmSync(module, { force: true })
  const { begun = 0, outputs = [] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
  const failed = run.status === 0 && begun === cells.length + 1 ? 0 : 1
  // The cell that failed was begun, and those after it never were.
  const done = failed === 0 ? cells.length : Math.max(0, begun - 1)
  if (isWriting && failed === 0) writeOutputs(path, notebook, cells, outputs)
  return {
    name,
    cells: cells.length,
    done,
    failed,
    errors: failed === 0 ? '' : run.stderr || run.stdout || String(run.error),
  }
}

/** As Jupyter stores them. */
function writeOutputs(path, notebook, cells, outputs) {
  for (const [i, cell] of cells.entries()) {
    cell.execution_count = i + 1
    cell.outputs = (outputs[i] ?? []).map((one) =>
      typeof one === 'string'
        ? { output_type: 'stream', name: 'stdout', text: lines(one) }
        : {
            output_type: 'display_data',
            metadata: {},
            data: Object.fromEntries(
              Object.entries(one).map(([type, value]) => [type, typeof value === 'string' ? lines(value) : value]),
            ),
          },
    )
  }
  const partial = `${path}.partial`
  writeFileSync(partial, `${JSON.stringify(notebook, null, 1)}\n`)
  renameSync(partial, path)
}

function lines(text) {
  return text.split(/(?<=\n)/)
}

const args = process.argv.slice(2)
const named = args.filter((arg) => !arg.startsWith('--'))
if (!existsSync(DENO)) {
  console.error(`notebooks/node_modules: not installed (npm ci --prefix notebooks)`)
  process.exit(2)
}
const files = readdirSync(PACKAGE)
  .filter((file) => file.endsWith('.ipynb') && (named.length === 0 || named.some((one) => file.startsWith(one))))
  .sort()
if (files.length === 0) {
  console.error(`notebooks: none begins with ${named.join(' or ')}`)
  process.exit(2)
}
let done = 0
let failed = 0
for (const file of files) {
  const result = runNotebook(file, args.includes('--write'))
  done += result.done
  failed += result.failed
  console.log(`${result.name}: ${result.done} of ${result.cells} cells`)
  if (result.failed > 0) console.log(`  cell ${result.done + 1} failed: ${result.errors.trim()}`)
}
console.log(`notebooks: ${files.length}, cells executed: ${done}, failed: ${failed}`)
process.exitCode = failed === 0 ? 0 : 1
