/**
 * Credentials from environment variables, for containers and checks: TANDEM_KRAKEN_API_KEY, TANDEM_KRAKEN_SECRET. They
 * are taken out of the environment when read, so that no child process inherits them.
 */

import { type Credentials, credentialsFrom, FIELDS, type KeySource } from './credentials.ts'

export class EnvironmentKeys implements KeySource {
  readonly kind = 'environment'
  private readonly variables: NodeJS.ProcessEnv
  private readonly taken = new Map<string, Credentials>()

  constructor(variables: NodeJS.ProcessEnv) {
    this.variables = variables
  }

  async get(name: string): Promise<Credentials | null> {
    const before = this.taken.get(name)
    if (before !== undefined) return before
    const found: Record<string, string> = {}
    for (const field of FIELDS) {
      const variable = variableOf(name, field)
      const value = this.variables[variable]
      delete this.variables[variable]
      if (value !== undefined && value !== '') found[field] = value
    }
    if (Object.keys(found).length === 0) return null
    const credentials = credentialsFrom(found, variableOf(name, 'apiKey').replace('API_KEY', '…'))
    this.taken.set(name, credentials)
    return credentials
  }
}

/** `kraken-bot`, `apiKey` → `TANDEM_KRAKEN_BOT_API_KEY`. */
export function variableOf(name: string, field: string): string {
  return `TANDEM_${name.replaceAll('-', '_')}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase()
}
