/** Loads ccxt, which takes a second, only where an exchange is opened, and makes one of its exchanges. */

import type { Exchange as Library } from 'ccxt'
import { TandemError } from '../../core/errors.ts'
import { Client, type ClientOptions } from './client.ts'

/** Opens the venue's client. Throws `NO_TESTNET` where ccxt knows no test network of the venue's. */
export async function openClient(id: string, options: ClientOptions): Promise<Client> {
  const ccxt = await import('ccxt')
  const Class = (ccxt as unknown as Record<string, new (settings: object) => Library>)[id]!
  const library = new Class({ ...options.keys, ...options.profile.options })
  if (options.testnet) useTestnet(library, options.profile.venue)
  if (options.url !== undefined) {
    const urls = library.urls as Record<string, unknown>
    urls['api'] = withOrigin(urls['api'], originOf(options.url))
  }
  return new Client(library, options)
}

function useTestnet(library: Library, venue: string): void {
  if ((library.urls as Record<string, unknown>)['test'] === undefined) {
    throw new TandemError(`${venue} has no test network`, {
      code: 'NO_TESTNET',
      where: '--mode testnet',
      hint: 'rehearse with tandem exchange, or with --mode paper',
    })
  }
  library.setSandboxMode(true)
}

function originOf(url: string): string {
  if (/^https?:\/\/[^/\s]+/.test(url) && URL.canParse(url)) return new URL(url).origin
  throw new TandemError(`'${url}' is not an address`, { code: 'BAD_OPTION', hint: 'write http://HOST:PORT' })
}

/** Every address in a tree of them with another origin; the path stays. */
function withOrigin(value: unknown, origin: string): unknown {
  if (typeof value === 'string') return `${origin}${/^[a-z]+:\/\/[^/]+(.*)$/.exec(value)?.[1] ?? ''}`
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOrigin(inner, origin)]))
}
