/** Keys: the one that signs bundles. Never what is in it. */

import { existsSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { keyPath, signingKey } from '../../promote/keys.ts'
import { type Finding, fault, note, ok } from './finding.ts'

export function checkSigningKey(path: string = keyPath()): Finding {
  if (!existsSync(path)) return note('signing key', 'none yet', 'tandem init key makes it; promote does on first use')
  try {
    return ok('signing key', `${path}, for its user alone; public half ${signingKey(path).publicKey}`)
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    return fault('signing key', error.line, error.hint ?? 'make another one')
  }
}
