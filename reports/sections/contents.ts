/** The way through a long page: links to the panels that it has. */

import { type Html, html, trusted } from '../html.ts'

const HEADING = /<h2 id="([\w-]+)-title">([^<]*)<\/h2>/g

/** Reads the headings out of the page's own markup, in which titles are escaped already. */
export function contentsSection(body: Html): Html {
  const links = [...body.markup.matchAll(HEADING)].map(
    ([, id, title]) => html`<li><a href="#${id!}">${trusted(title!)}</a></li>`,
  )
  return html`<nav class="contents" aria-label="Contents"><ul>${links}</ul></nav>
`
}
