/** Runs the simulation on a mutant, seed after seed, until one kills it. */

import { spawn } from 'node:child_process'
import type { FaultKind } from '../faults.ts'

export interface Hunt {
  /** The first seed that failed; null where the mutant survived. */
  readonly seed: number | null
  /** What that seed violated: `I2: a send without …`. */
  readonly violation: string
}

/** `seeds` from `from` on, by the script that a BundleFolder made. Throws where the simulation itself breaks. */
export function hunt(
  script: string,
  root: string,
  from: number,
  seeds: number,
  faults?: readonly FaultKind[],
): Promise<Hunt> {
  return new Promise((resolve, reject) => {
    const args = [script, '--from', String(from), '--seeds', String(seeds), '--bail', '--json']
    if (faults !== undefined) args.push('--only', faults.join(','))
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (part: Buffer) => (out += part.toString()))
    child.stderr.on('data', (part: Buffer) => (err += part.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0 && code !== 1) {
        reject(new Error(`the simulation broke off: ${err.slice(-500)}`))
        return
      }
      const { failing } = JSON.parse(out) as { failing: readonly number[] }
      const seed = failing[0] ?? null
      const violation = err.split('\n').find((line) => /^seed \d+: \w+ at /.test(line)) ?? ''
      resolve({ seed, violation: violation.replace(/^seed \d+: /, '') })
    })
  })
}
