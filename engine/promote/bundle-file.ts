/** The bundle as a YAML file: one spelling only, so that any changed byte shows, whatever it means. */

import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { parseDocument, stringify, visit } from 'yaml'
import { TandemError } from '../core/errors.ts'
import { BUNDLE_FORMAT, type Bundle, bundleFaults } from './bundle.ts'

const HEAD = '# A promotion bundle of tandem. It is signed: whatever is changed here, live refuses it.\n'

/** The one spelling of a bundle. */
export function bundleText(bundle: Bundle): string {
  return HEAD + stringify(bundle, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** Writes a bundle; an earlier one there is replaced whole. */
export function writeBundle(path: string, bundle: Bundle): void {
  const partial = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    writeFileSync(partial, bundleText(bundle))
    renameSync(partial, path)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw new TandemError(`can't write the bundle: ${(cause as Error).message}`, {
      code: 'BUNDLE_NOT_WRITABLE',
      where: path,
      cause,
    })
  }
}

/**
 * The bundle in a text, checked against its seal. `trusted`: public keys whose signature counts. Throws `BAD_BUNDLE`
 * (exit code 1), naming the first field that isn't as it was signed.
 */
export function parseBundle(text: string, where: string, trusted: readonly string[]): Bundle {
  const bundle = parsed(text, where)
  const faults = bundleFaults(bundle, trusted)
  if (faults.length > 0) {
    const more = faults.length > 1 ? `; ${faults.length - 1} more after this` : ''
    throw refused(where, `${faults[0]}${more}`)
  }
  const content = (bundle as Bundle).content
  if (content.format !== BUNDLE_FORMAT) throw refused(where, `format: ${String(content.format)} isn't known here`)
  const line = firstDifference(text, bundleText(bundle as Bundle))
  if (line !== null) throw refused(where, `${fieldAtLine(text, line)}: line ${line} isn't spelled as it was written`)
  return bundle as Bundle
}

/** Reads and checks a bundle. Throws `BAD_BUNDLE`. */
export function readBundle(path: string, trusted: readonly string[]): Bundle {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TandemError("it can't be read", { code: 'BAD_BUNDLE', where: path, hint: 'name a bundle', cause })
  }
  return parseBundle(text, path, trusted)
}

function parsed(text: string, where: string): unknown {
  const document = parseDocument(text, { prettyErrors: false })
  const strange = (at: number, what: string): TandemError => {
    const line = text.slice(0, at).split('\n').length
    return refused(where, `${fieldAtLine(text, line)}: line ${line} ${what}`)
  }
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault !== undefined) throw strange(fault.pos[0], "isn't YAML any more")
  visit(document, {
    Alias(_, { range }) {
      throw strange(range?.[0] ?? 0, 'points to another place, which no bundle does')
    },
  })
  return document.toJS()
}

function firstDifference(text: string, expected: string): number | null {
  if (text === expected) return null
  const [a, b] = [text.split('\n'), expected.split('\n')]
  const line = a.findIndex((one, i) => one !== b[i])
  return line === -1 ? a.length : line + 1
}

/** The path of the keys above a line, by their indentation. */
function fieldAtLine(text: string, line: number): string {
  const lines = text.split('\n')
  const path: string[] = []
  let indent = Number.POSITIVE_INFINITY
  for (let i = Math.min(line, lines.length) - 1; i >= 0; i--) {
    const match = /^(\s*)(?:- )?"?([\w.]+)"?:/.exec(lines[i]!)
    if (match === null || match[1]!.length >= indent) continue
    indent = match[1]!.length
    path.unshift(match[2]!)
  }
  return path.length === 0 ? 'the head' : path.join('.').replace(/^content\./, '')
}

function refused(where: string, message: string): TandemError {
  return new TandemError(message, {
    code: 'BAD_BUNDLE',
    where,
    // A signature that holds says that nothing was changed: it is only somebody else's.
    hint: message.startsWith('seal.publicKey: signed by ')
      ? 'where that key is yours, name it with --trust; else promote the run again here'
      : 'promote the run again; a bundle is never edited',
    exitCode: 1,
  })
}
