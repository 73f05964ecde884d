/** What a one-time address answers: a step of our own to the page, so that the strict cookie goes along. */

import { html } from '../../reports/html.ts'

/** A redirect would still count as coming from wherever the address was clicked, and the browser would keep the cookie back. */
export function openedPage(isOpen: boolean, version: string): string {
  const refresh = isOpen ? html`<meta http-equiv="refresh" content="0;url=/">` : null
  const words = isOpen
    ? html`<p>Signed in. <a href="/">Go on to the workbench</a>.</p>`
    : html`<p>This address was used already, or is of an earlier start of the server. An address opens one browser, once.</p>
<p>Press Enter in the terminal of <code>tandem serve</code> for another, or start it again.</p>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tandem</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${version}/style.css">
</head>
<body><main class="narrow"><h1>tandem</h1>${words}</main></body>
</html>
`.markup
}
