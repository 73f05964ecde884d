/**
 * Markup from templates in which only markup written in this program is markup: every interpolated string is text.
 * Attribute values in templates must be double-quoted, which `html` insists on.
 */

/** Markup that is safe to put into a page as it stands. Made only by `html` and `trusted`. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

/** What a template accepts: strings and numbers become text, lists are joined, null and false are left out. */
export type Part = string | number | Html | null | undefined | false | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

// Controls can't stand in HTML, and a lone surrogate can't be written as UTF-8: each becomes the replacement character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Text as HTML text or as the inside of a quoted attribute. Any string in, no markup out. */
export function escapeHtml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(CONTROLS, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]!)
}

function markupOf(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return escapeHtml(String(part))
  return part.map(markupOf).join('')
}

/** Template tag. Throws where a value would stand in an unquoted attribute. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0]!
  for (let i = 0; i < parts.length; i++) {
    if (markup.endsWith('=')) throw new Error(`bug: unquoted attribute in a template: …${strings[i]!.slice(-40)}`)
    markup += markupOf(parts[i]) + strings[i + 1]!
  }
  return new Html(markup)
}

/** Markup of our own making (style sheet, escaped script) as it stands. Never for anything that was read. */
export function trusted(markup: string): Html {
  return new Html(markup)
}

/**
 * JSON that can stand inside a script element: the characters with which an HTML parser or an older script parser
 * would leave it are written as escapes, so any reader still gets the same value. NaN and Infinity become null.
 */
export function embedJson(value: unknown): Html {
  const escapes: Readonly<Record<string, string>> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  }
  return new Html(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character]!))
}

/**
 * A script's text such that it can stand inside a script element. In JavaScript these sequences occur only inside
 * strings, templates and regular expressions, where the escapes mean the same. (A nested `<script` matters to an HTML
 * parser only after `<!--`, which is gone; `a<script` may be a comparison and must stay.)
 */
export function escapeScript(source: string): string {
  return source
    .replace(/<(\/script)/gi, '<\\$1')
    .replace(/<!--/g, '\\x3c!--')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
}
