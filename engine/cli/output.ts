/** Where results and remarks go: a result to standard output as text or as one JSON document, all else to standard error. */

export interface TextSink {
  write(text: string): unknown
}

export interface Output {
  readonly json: boolean
  /** The command's one result: `document` with --json, else the text. */
  result(document: unknown, text: () => string): void
  /** A line of progress or a remark, on standard error. */
  log(line: string): void
}

/** An Output over two streams. */
export function createOutput(json: boolean, stdout: TextSink, stderr: TextSink): Output {
  return {
    json,
    result(document, text) {
      stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : ensureNewline(text()))
    },
    log(line) {
      stderr.write(`${line}\n`)
    },
  }
}

function ensureNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

/** A cell: numbers stand to the right, texts to the left, null is a dash. */
export type Cell = string | number | null

/** Columns of equal width under their heads, two spaces apart, no trailing spaces. */
export function formatTable(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(cellText))
  const widths = heads.map((head, i) => Math.max(head.length, ...texts.map((row) => row[i]!.length)))
  const isNumber = heads.map((_, i) => rows.some((row) => typeof row[i] === 'number'))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [line(heads), ...texts.map(line)].map((text) => `${text}\n`).join('')
}

function cellText(cell: Cell): string {
  return cell === null ? '-' : String(cell)
}

/** `2019-01-01 00:00` in UTC; seconds only where there are some. */
export function formatTimeMs(timeMs: number): string {
  const text = new Date(timeMs).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, text.slice(17, 19) === '00' ? 16 : 19)}`
}
