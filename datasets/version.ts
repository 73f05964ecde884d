/** Which version of the product wrote a file. */

import { readFileSync } from 'node:fs'

/** `tandem 0.1.0`, read from the package's own package.json, which lies one level up in source and two when built. */
export function productVersion(): string {
  for (const candidate of ['../package.json', '../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(candidate, import.meta.url), 'utf8')) as Record<string, unknown>
      if (parsed['name'] === 'tandem') return `tandem ${String(parsed['version'])}`
    } catch {
      // Not there: try the next place.
    }
  }
  return 'tandem'
}
