/** The page around a report: one file, with nothing to fetch. */

import { createHash } from 'node:crypto'
import { type PageScript, pageScript } from './bundle.ts'
import { vegaRuntime } from './compile.ts'
import { embedJson, type Html, html, trusted } from './html.ts'
import { styleSheet } from './style.ts'

export interface Page {
  readonly title: string
  readonly body: Html
  /** What the page's script reads; plain JSON. */
  readonly model: unknown
  /** Default: that of the run report. */
  readonly script?: PageScript
  /** Every figure of the page with unit, basis and definition, for programs that read it. */
  readonly figures?: unknown
  /** What stands at the end of the footer. */
  readonly closing?: string
}

function scriptHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source, 'utf8').digest('base64')}'`
}

/**
 * The whole document. Its content policy lets only the scripts written here run, by their hashes, and forbids every
 * request: a second wall behind the escaping. (Vega builds its expressions as functions, hence `unsafe-eval`.)
 */
export async function renderPage({ title, body, model, script, figures, closing }: Page): Promise<string> {
  const [vega, page] = await Promise.all([vegaRuntime(), pageScript(script)])
  const policy = [
    "default-src 'none'",
    `script-src 'unsafe-eval' ${scriptHash(vega)} ${scriptHash(page)}`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="tandem">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(styleSheet())}</style>
</head>
<body>
<main>
<noscript><p class="notice">Charts and paging need JavaScript; figures and tables below are complete without it, except that long tables show their first rows.</p></noscript>
${body}</main>
<footer>Made by tandem. All times are UTC. ${closing ?? 'A simulation of the past, not a promise.'}</footer>
<script type="application/json" id="model">${embedJson(model)}</script>
${figures === undefined ? null : html`<script type="application/json" id="figures">${embedJson(figures)}</script>\n`}<script>${trusted(vega)}</script>
<script>${trusted(page)}</script>
</body>
</html>
`.markup
}
