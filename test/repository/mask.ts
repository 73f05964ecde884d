/**
 * TypeScript source with comments (and, if asked, the content of texts) blanked out, so that a rule about code isn't
 * tripped by prose. Length and line breaks stay, so that offsets still tell lines.
 */

export interface MaskOptions {
  /** Blank out the content of strings, templates and regular expressions too. */
  readonly texts: boolean
}

/** Masks `source`. A slash after an operator, an opening bracket or `return` begins a regular expression. */
export function mask(source: string, options: MaskOptions): string {
  const out = source.split('')
  const blank = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' '
  }
  // Brace depth at which each open `${` of a template ends.
  const templates: number[] = []
  let depth = 0
  let i = 0
  while (i < source.length) {
    const two = source.slice(i, i + 2)
    const one = source[i]!
    if (two === '//' || two === '/*') {
      const end = endOfComment(source, i)
      blank(i, end)
      i = end
    } else if (one === "'" || one === '"' || (one === '/' && beginsRegex(source, i))) {
      const end = endOfQuoted(source, i)
      if (options.texts) blank(i + 1, end - 1)
      i = end
    } else if (one === '`' || (one === '}' && templates.at(-1) === depth)) {
      if (one === '}') templates.pop()
      const end = endOfTemplatePart(source, i + 1)
      const opens = source[end - 1] === '{'
      if (options.texts) blank(i + 1, end - (opens ? 2 : 1))
      if (opens) templates.push(depth)
      i = end
    } else {
      if (one === '{') depth++
      if (one === '}') depth--
      i++
    }
  }
  return out.join('')
}

function endOfComment(source: string, start: number): number {
  const isLine = source[start + 1] === '/'
  const end = source.indexOf(isLine ? '\n' : '*/', start + 2)
  if (end === -1) return source.length
  return isLine ? end : end + 2
}

/** Past the closing quote (or slash) of what begins at `start`; a line break ends it too. */
function endOfQuoted(source: string, start: number): number {
  const quote = source[start]
  let inClass = false
  for (let i = start + 1; i < source.length; i++) {
    const one = source[i]
    if (one === '\\') i++
    else if (one === '\n') return i
    else if (quote === '/' && (one === '[' || one === ']')) inClass = one === '['
    else if (one === quote && !inClass) return i + 1
  }
  return source.length
}

/** Past the closing backtick, or past the next `${`. */
function endOfTemplatePart(source: string, start: number): number {
  for (let i = start; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '`') return i + 1
    else if (source[i] === '$' && source[i + 1] === '{') return i + 2
  }
  return source.length
}

function beginsRegex(source: string, at: number): boolean {
  const before = source.slice(Math.max(0, at - 40), at).trimEnd()
  return before === '' || /[(,=:[!&|?{};+\-*%<>~^]$/.test(before) || /\b(return|typeof|case|of|in)$/.test(before)
}

/** The line (from 1) of an offset. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}
