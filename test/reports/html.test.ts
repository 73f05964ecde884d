/** Whatever a string holds, a template never gains markup from it, and data embedded in a page reads back the same. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { embedJson, escapeHtml, escapeScript, html, trusted } from '../../reports/html.ts'
import { HOSTILE, skeleton } from '../support/markup.ts'

const anyString = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...HOSTILE),
  fc
    .array(fc.constantFrom('<', '>', '"', "'", '`', '&', '=', '/', '!--', 'script', ' ', 'on', 'x'), { maxLength: 12 })
    .map((parts) => parts.join('')),
)
const options = { seed: 42, numRuns: 2000 }

function unescaped(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'", '#96': '`' }
  return text.replace(/&(lt|gt|quot|amp|#39|#96);/g, (_, name: string) => entities[name]!)
}

describe('html', () => {
  it('leaves no character that could begin or end markup', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'`]/)
      }),
      options,
    )
  })

  it('keeps the text itself, except for what HTML can not hold', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the ones that are replaced
        const holdable = text.replace(/\p{Surrogate}|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu, '\ufffd')
        expect(unescaped(escapeHtml(text))).toBe(holdable)
      }),
      options,
    )
  })

  it('has the same elements and attributes whatever is put in', () => {
    const page = (text: string) => skeleton(html`<p title="${text}" class="a">${text}<b>${[text, text]}</b></p>`.markup)
    fc.assert(
      fc.property(anyString, (text) => {
        expect(page(text)).toEqual(page('x'))
      }),
      options,
    )
  })

  it('takes markup of its own as it stands and leaves out what is absent', () => {
    expect(html`<i>${html`<b>${1}</b>`}${null}${undefined}${false}${trusted('<u></u>')}</i>`.markup).toBe(
      '<i><b>1</b><u></u></i>',
    )
  })

  it('refuses an unquoted attribute', () => {
    expect(() => html`<p title=${'x'}>`).toThrow('unquoted attribute')
  })
})

describe('embedJson', () => {
  it('reads back the same and can not leave its script element', () => {
    fc.assert(
      fc.property(fc.dictionary(anyString, anyString), (value) => {
        const { markup } = embedJson(value)
        expect(markup).not.toMatch(/[<>&\u2028\u2029]/)
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      options,
    )
  })
})

describe('escapeScript', () => {
  it('escapes what would end a script element or open a comment in it and keeps the strings', () => {
    const source = 'x = ["</script>", "</SCRIPT>", "<!--", "<script>", "\u2028"]'
    const escaped = escapeScript(source)
    expect(escaped).not.toMatch(/<\/script|<!--|\u2028/i)
    expect(new Function(`let x; ${escaped}; return x`)()).toEqual([
      '</script>',
      '</SCRIPT>',
      '<!--',
      '<script>',
      '\u2028',
    ])
  })
})
