/** The repository's own files, as a commit would have them. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/shared.ts'

export interface RepositoryFile {
  /** Relative to the repository, with `/`. */
  readonly path: string
  readonly text: string
}

const GENERATED = new Set(['.git', 'node_modules', 'dist', 'runs', '.tandem', 'coverage', 'datasets/store'])

/** Text files under `folder` (default: all), generated ones left out, by path. */
export function repositoryFiles(folder = ''): RepositoryFile[] {
  const files: RepositoryFile[] = []
  for (const entry of readdirSync(join(repositoryRoot, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (GENERATED.has(path) || GENERATED.has(entry.name)) continue
    if (entry.isDirectory()) files.push(...repositoryFiles(path))
    else if (entry.isFile()) {
      const text = readFileSync(join(repositoryRoot, path), 'utf8')
      if (!text.includes('\0')) files.push({ path, text })
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** One file of the repository. */
export function named(path: string): RepositoryFile {
  return { path, text: readFileSync(join(repositoryRoot, path), 'utf8') }
}

/** TypeScript sources of the product (not its tests). */
export function productSources(): RepositoryFile[] {
  return repositoryFiles().filter(({ path }) => /^(?:engine|strategies|datasets|reports)\/.*\.ts$/.test(path))
}
