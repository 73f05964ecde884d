/**
 * The project folder as the page may see it: run files and rebalancing files (YAML), nothing else, nothing outside.
 * A name from a request is only ever a path after it was found to lie inside, links followed.
 */

import { randomBytes } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { TandemError } from '../core/errors.ts'

export type ProjectFileKind = 'run' | 'sweep' | 'rebalance' | 'other'

export interface ProjectFile {
  /** Relative to the project folder, with `/`. */
  readonly path: string
  readonly kind: ProjectFileKind
  readonly changedMs: number
}

const FILES_MAX = 500
const DEPTH_MAX = 4
const TEXT_MAX = 200_000
const PASSED_OVER = ['node_modules', 'dist', 'coverage']

/** One step of a path: no hidden names, none that a shell or a file system reads differently. */
const STEP = /^[A-Za-z0-9_][A-Za-z0-9_. +-]{0,100}$/
const ENDING = /\.ya?ml$/

export class Project {
  /** Absolute, links followed. */
  readonly root: string
  private readonly apart: readonly string[]

  /** `apart`: folders inside the project that aren't part of it (runs, the store). Throws `NO_PROJECT`. */
  constructor(root: string, apart: readonly string[]) {
    try {
      this.root = realpathSync(root)
      if (!statSync(this.root).isDirectory()) throw new Error('it is a file')
    } catch (cause) {
      throw new TandemError('there is no such folder', {
        code: 'NO_PROJECT',
        where: root,
        hint: 'name the folder of your run files with --project',
        cause,
      })
    }
    this.apart = apart.map((path) => resolve(path))
  }

  /** YAML files that look like something to run, by path. */
  list(): ProjectFile[] {
    const files: ProjectFile[] = []
    this.collect('', 0, files)
    return files.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  private collect(folder: string, depth: number, into: ProjectFile[]): void {
    let entries: ReturnType<typeof names>
    try {
      entries = names(join(this.root, folder))
    } catch {
      return
    }
    for (const entry of entries) {
      if (into.length >= FILES_MAX) return
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!STEP.test(entry.name) || this.apart.includes(join(this.root, path))) continue
      if (entry.isDirectory() && depth < DEPTH_MAX && !PASSED_OVER.includes(entry.name)) {
        this.collect(path, depth + 1, into)
      } else if (entry.isFile() && ENDING.test(entry.name)) {
        const { mtimeMs, size } = statSync(join(this.root, path))
        const kind = size > TEXT_MAX ? 'other' : kindOf(readFileSync(join(this.root, path), 'utf8'))
        if (kind !== 'other') into.push({ path, kind, changedMs: mtimeMs })
      }
    }
  }

  /** The absolute path of a YAML file that is there. Throws `NO_FILE`, `BAD_FILE_NAME`. */
  existing(path: string): string {
    const full = this.inside(path)
    let real: string
    try {
      real = realpathSync(full)
      if (!statSync(real).isFile()) throw new Error('it is a folder')
    } catch (cause) {
      throw new TandemError('there is no such file', { code: 'NO_FILE', where: path, cause })
    }
    this.refuseOutside(real, path)
    return real
  }

  read(path: string): string {
    const full = this.existing(path)
    if (statSync(full).size > TEXT_MAX) {
      throw new TandemError(`larger than ${TEXT_MAX} bytes`, { code: 'FILE_TOO_LARGE', where: path })
    }
    return readFileSync(full, 'utf8')
  }

  /** Writes a YAML file whole, or not at all. Throws `BAD_FILE_NAME`, `NOT_WRITABLE`. */
  write(path: string, text: string): void {
    const full = this.inside(path)
    const partial = `${full}.${randomBytes(4).toString('hex')}.part`
    try {
      mkdirSync(dirname(full), { recursive: true })
      this.refuseOutside(realpathSync(dirname(full)), path)
      if (lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw new Error('it is a link')
      writeFileSync(partial, text)
      renameSync(partial, full)
    } catch (cause) {
      rmSync(partial, { force: true })
      if (cause instanceof TandemError) throw cause
      throw new TandemError(`can't be written: ${(cause as Error).message}`, {
        code: 'NOT_WRITABLE',
        where: path,
        cause,
      })
    }
  }

  /** Refuses a name that can't be a YAML file of the project. Throws `BAD_FILE_NAME`. */
  check(path: string): void {
    this.inside(path)
  }

  /** Whether a path out of a run file (relative to `from`'s folder) stays in the project. */
  has(path: string, from: string): boolean {
    const full = resolve(dirname(from), path)
    return full.startsWith(this.root + sep)
  }

  relative(full: string): string {
    return relative(this.root, full).split(sep).join('/')
  }

  private inside(path: string): string {
    const steps = path.split('/')
    const isPlain = steps.length <= DEPTH_MAX + 1 && steps.every((step) => STEP.test(step) && !step.endsWith('.'))
    const full = join(this.root, ...steps)
    const isApart = this.apart.some((one) => full === one || full.startsWith(one + sep))
    if (!isPlain || !ENDING.test(path) || isApart) {
      throw new TandemError('expected the name of a YAML file in the project folder, such as runs-of-may/btc.yaml', {
        code: 'BAD_FILE_NAME',
        where: path.slice(0, 200),
      })
    }
    return full
  }

  private refuseOutside(real: string, path: string): void {
    if (real === this.root || real.startsWith(this.root + sep)) return
    throw new TandemError('this leads out of the project folder', { code: 'BAD_FILE_NAME', where: path })
  }
}

function names(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}

/** What a YAML file is for, by its top-level keys. */
export function kindOf(text: string): ProjectFileKind {
  if (/^targets\s*:/m.test(text) && !/^strategy\s*:/m.test(text)) return 'rebalance'
  if (!/^strategy\s*:/m.test(text) || !/^data\s*:/m.test(text)) return 'other'
  return /^sweep\s*:/m.test(text) ? 'sweep' : 'run'
}
