/** A page without a script: everything on it is there when it is opened, on paper too. */

import { type Html, html, trusted } from './html.ts'
import { styleSheet } from './style.ts'

const OWN = `
.static{margin:0}.static svg{display:block;max-width:100%;height:auto}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px 28px}
@media (max-width:760px){.pair{grid-template-columns:minmax(0,1fr)}}
.verdict{font-weight:600}.verdict.failed{color:var(--loss)}.verdict.passed{color:var(--gain)}.verdict.open{color:var(--muted);font-weight:400}
td.why{color:var(--muted)}
`

/** The whole document; nothing may be fetched or run. */
export function renderStaticPage(title: string, body: Html): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
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
<style>${trusted(styleSheet() + OWN)}</style>
</head>
<body>
<main>
${body}</main>
<footer>Made by tandem. All times are UTC. A test of the past, not a promise.</footer>
</body>
</html>
`.markup
}
