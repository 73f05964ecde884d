/** What identifies the run, and how to get it again. */

import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { panel } from './panel.ts'

/** The panel: digests, hashes, the resolved configuration and the line that repeats the run. */
export function reproduceSection({ result, detail }: RunView, fileName: string): Html {
  const rows: readonly (readonly [string, string])[] = [
    ['Run', result.runId],
    ['Digest of inputs', result.digest.inputs],
    ['Digest of decisions', result.digest.decisions],
    ['Digest of outcomes', result.digest.outcomes],
    ['Configuration', result.configHash],
    ['Data', result.dataHash],
    ['Rulebook', result.rulebookHash],
    ['Strategy', result.strategy.hash],
  ]
  const again = detail?.again ?? null
  const intro =
    again === null
      ? 'Save the configuration below (JSON is YAML too) and run it on the same data: the three digests must come out the same, on any machine.'
      : 'Runs the configuration in the run’s folder again and compares the three digests: with the same data they are the same on any machine, else the command says which differs and ends with 1.'
  return panel(
    { id: 'reproduce', title: 'Reproduce', intro },
    html`<div class="command"><code id="command">${again ?? `tandem backtest ${fileName}.yaml`}</code><button type="button" class="quiet" data-copy="command">Copy</button></div>
<dl class="hashes">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd><code>${value}</code></dd></div>`)}</dl>
<details class="behind"><summary>Resolved configuration</summary><div><button type="button" class="quiet" data-copy="configuration">Copy</button><pre id="configuration" tabindex="0">${JSON.stringify(result.config, null, 2) ?? 'null'}</pre></div></details>
<details class="behind"><summary>All figures as JSON</summary><div><p class="intro">Every figure of this page with its value, unit, basis and definition, as in figures.json beside it.</p><button type="button" class="quiet" id="save-figures">Save figures.json</button></div></details>`,
  )
}
