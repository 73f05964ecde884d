/** Reads an HTML document's tags the way a browser's tokenizer does, for tests of what is and isn't markup. */

const RAW = new Set(['script', 'style', 'title', 'textarea'])

/** Elements in order, each as `tag attribute attribute …`; contents of raw-text elements are passed over. */
export function skeleton(page: string): string[] {
  const tags: string[] = []
  let at = 0
  while ((at = page.indexOf('<', at)) >= 0) {
    const head = /^<(\/?)([a-zA-Z][^\s/>]*)/.exec(page.slice(at, at + 200))
    if (head === null) {
      if (page.startsWith('<!--', at)) tags.push('comment')
      at++
      continue
    }
    const name = head[2]!.toLowerCase()
    const attributes: string[] = []
    at = readAttributes(page, at + head[0].length, attributes)
    if (head[1] === '/') continue
    tags.push([name, ...attributes].join(' '))
    if (RAW.has(name)) {
      const end = page.slice(at).search(new RegExp(`</${name}[\\s/>]`, 'i'))
      at = end < 0 ? page.length : at + end
    }
  }
  return tags
}

function readAttributes(page: string, from: number, into: string[]): number {
  const attribute = /\s*([^\s=>/]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?|\s*\/|\s*>/y
  attribute.lastIndex = from
  for (let match = attribute.exec(page); match !== null; match = attribute.exec(page)) {
    if (match[0].trim() === '>') return attribute.lastIndex
    if (match[1] !== undefined) into.push(match[1])
  }
  return page.length
}

/** A copy of plain data in which every string, keys of the named records included, is `replace`d. */
export function replaceStrings<T>(
  value: T,
  replace: (text: string) => string,
  recordKeys: ReadonlySet<string>,
  key = '',
): T {
  if (typeof value === 'string') return replace(value) as T
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (Array.isArray(value)) return value.map((item) => replaceStrings(item, replace, recordKeys)) as T
  const entries = Object.entries(value).map(([name, item]) => [
    recordKeys.has(key) ? replace(name) : name,
    replaceStrings(item, replace, recordKeys, name),
  ])
  return Object.fromEntries(entries) as T
}

/** Strings that have broken pages before. */
export const HOSTILE: readonly string[] = [
  '</script><script>window.pwned=1</script>',
  '"><img src=x onerror="window.pwned=1">',
  "' onmouseover='window.pwned=1",
  '<svg/onload=window.pwned=1>',
  '<!--<script>',
  '--><b>',
  '</style><style>*{display:none}</style>',
  '</title><h1>x</h1>',
  'javascript:window.pwned=1',
  '{{constructor.constructor("window.pwned=1")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that it isn't a template is the point
  '${window.pwned=1}',
  '`+window.pwned+`',
  '=HYPERLINK("http://x","y")',
  'a\u2028b\u2029c',
  '\u0000\u0007\ud800',
  '&lt;b&gt;&#60;b&#62;',
  '@panel',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '',
]
