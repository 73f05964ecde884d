/**
 * The simulation as one script, with a mutant in it: sources are patched as they are read, so that the tree itself is
 * never touched, and a mutant is ready in half a second.
 */

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Mutant, mutate } from '../../mutation/mutant.ts'
import type { FaultKind } from '../faults.ts'

/** A change to live code. Its tests are the simulation itself. */
export type LiveMutant = Omit<Mutant, 'tests'> & {
  /** Kinds of faults that provoke it, where it is hunted with these alone: seeds are fewer, and quicker. */
  readonly faults?: readonly FaultKind[]
}

export class BundleFolder {
  readonly folder: string
  private readonly root: string
  private made = 0

  /** For the sources under `root`. */
  constructor(root: string) {
    this.root = root
    this.folder = mkdtempSync(join(tmpdir(), 'tandem-live-mutants-'))
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'dir')
  }

  /** Path of the script; `mutant` null for the sources as they are. Throws where the mutation is stale. */
  async make(mutant: LiveMutant | null): Promise<string> {
    const outfile = join(this.folder, `simulate-${this.made++}.mjs`)
    let isPatched = false
    await build({
      entryPoints: [join(this.root, 'test', 'simulation', 'main.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      logLevel: 'silent',
      plugins: [
        {
          name: 'mutant',
          setup: ({ onLoad }) => {
            onLoad({ filter: /\.ts$/ }, ({ path }) => {
              if (mutant === null || path !== join(this.root, mutant.file)) return null
              isPatched = true
              return { contents: mutate({ ...mutant, tests: [] }, readFileSync(path, 'utf8')), loader: 'ts' }
            })
          },
        },
      ],
    })
    if (mutant !== null && !isPatched) {
      throw new Error(`the mutation '${mutant.name}' is stale: the simulation never reads ${mutant.file}`)
    }
    return outfile
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
