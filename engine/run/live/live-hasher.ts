/** SHA-256 over the decisions so far, which can be looked at while it goes on. */

import { createHash } from 'node:crypto'
import type { Hasher } from '../../core/record.ts'

export interface PeekHasher extends Hasher {
  /** The digest of what has come until now. */
  peek(): string
}

export function peekHasher(): PeekHasher {
  const hash = createHash('sha256')
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    digest: () => hash.digest('hex'),
    peek: () => hash.copy().digest('hex'),
  }
}
