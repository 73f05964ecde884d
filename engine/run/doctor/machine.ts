/** The machine: Node, the libraries, free space, memory. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { installationRoot, tandemVersion } from '../installation.ts'
import { type Finding, fault, note, ok } from './finding.ts'

const LEAST_NODE = [20, 19] as const
const MiB = 2 ** 20
/** Below this a journal can't be kept safely; below the second a big import won't fit. */
const LEAST_FREE_BYTES = 500 * MiB
const SCARCE_FREE_BYTES = 5000 * MiB

export function checkNode(version: string = process.versions.node): Finding {
  const [major, minor] = version.split('.').map(Number) as [number, number]
  const [leastMajor, leastMinor] = LEAST_NODE
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok('node', `Node ${version}`)
  return fault('node', `Node ${version} is too old`, `install Node ${leastMajor}.${leastMinor} or newer`)
}

/** The libraries at the versions that package.json pins. */
export function checkPackages(): Finding[] {
  const root = installationRoot()
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const faults = Object.entries(dependencies).flatMap(([name, pinned]) => {
    const found = installedVersion(name)
    if (found === pinned) return []
    const text = found === null ? `${name} is not installed` : `${name} is ${found}, and ${pinned} was tested`
    return [fault('packages', text, `npm ci in ${root}`)]
  })
  const count = Object.keys(dependencies).length
  return faults.length > 0 ? faults : [ok('packages', `tandem ${tandemVersion()}, its ${count} libraries as pinned`)]
}

/** By the package's own file: not every package lets its package.json be imported. */
function installedVersion(name: string): string | null {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const folder = folders.find((one) => existsSync(join(one, name, 'package.json')))
  if (folder === undefined) return null
  return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string }).version
}

/** Free space where `folder` is or will be, and whether it can be written. */
export async function checkFolder(topic: string, folder: string): Promise<Finding> {
  let there = resolve(folder)
  while (!existsSync(there)) there = dirname(there)
  try {
    rmSync(mkdtempSync(join(there, '.tandem-doctor-')), { recursive: true })
  } catch (cause) {
    return fault(topic, `${folder} can't be written: ${(cause as Error).message}`, `name another with --${topic}`)
  }
  const { bavail, bsize } = await statfs(there)
  const free = bavail * bsize
  const text = `${folder}: writable, ${(free / 2 ** 30).toFixed(1)} GiB free`
  if (free < LEAST_FREE_BYTES) return fault(topic, text, 'make room: live trading stops below 0.5 GiB')
  return free < SCARCE_FREE_BYTES ? note(topic, text, 'imports of many years may not fit') : ok(topic, text)
}

export function checkMemory(bytes: number = totalmem()): Finding {
  const text = `${(bytes / 2 ** 30).toFixed(1)} GiB of memory`
  return bytes < 2048 * MiB ? note('memory', text, 'use few workers: --workers 1') : ok('memory', text)
}
