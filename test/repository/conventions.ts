/** House rules that a machine can check, one function each: a file in, what is wrong with it out. */

import type { RepositoryFile } from './files.ts'

/** Longest source file. A file that needs more holds more than one idea. */
const LINES_MAX = 400

// Spelled in halves, so that this file doesn't break its own rules.
const MACHINE_PATHS = new RegExp(`(?<![\\w.~])/(?:${['wo', 'rk|tm', 'p|ho', 'me|ro', 'ot|Us', 'ers'].join('')})/`)
const LATER = new RegExp(`\\b(?:${['TO', 'DO|FIX', 'ME|X', 'XX'].join('')})\\b`)

function lineFaults({ path, text }: RepositoryFile, pattern: RegExp, what: string): string[] {
  return text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${what}`] : []))
}

/** Paths of one machine: they are wrong on every other. */
export function machinePaths(file: RepositoryFile): string[] {
  return lineFaults(file, MACHINE_PATHS, 'a path of one machine')
}

/** Work put off: it is done, or it isn't there. */
export function workPutOff(file: RepositoryFile): string[] {
  return lineFaults(file, LATER, 'work put off')
}

/** Sources that are too long to read. */
export function tooLong({ path, text }: RepositoryFile): string[] {
  const lines = text.split('\n').length - 1
  return lines > LINES_MAX ? [`${path}: ${lines} lines, at most ${LINES_MAX}`] : []
}

/** A source says what it is for: a comment at its head, one on an export, or the description of a strategy. */
export function undocumented({ path, text }: RepositoryFile): string[] {
  const head = /^(?:#!.*\n)?\/\*\*/.test(text)
  const onExport = /\*\/\nexport\b/.test(text)
  const isStrategy = /^export default defineStrategy\(/m.test(text)
  return head || onExport || isStrategy ? [] : [`${path}: no comment says what it is for`]
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Dependencies that may change by themselves: anything but one exact version. */
export function loosePins(manifest: Manifest): string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  return Object.entries(all).flatMap(([name, version]) =>
    /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) ? [] : [`${name}: ${version} is no exact version`],
  )
}

/** The lock file must not tie the project to one registry's host. */
export function lockedHosts(lock: string): string[] {
  return lock.includes('"resolved"') ? ['package-lock.json names where packages came from'] : []
}

/** The two commands with which everybody begins: install, and see that it works. */
export function missingCommands(readme: string): string[] {
  return ['npm ci', 'npm test'].filter((command) => !readme.split('\n').some((line) => line.includes(command)))
}
