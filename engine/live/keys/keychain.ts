/** Credentials in the operating system's keychain, by an optional package that is loaded when it is first asked. */

import { TandemError } from '../../core/errors.ts'
import { type Credentials, credentialsFrom, type KeyPlace } from './credentials.ts'

const SERVICE = 'tandem'

/** What is used of `@napi-rs/keyring`. */
export interface KeychainPackage {
  readonly Entry: new (
    service: string,
    account: string,
  ) => {
    getPassword(): string | null
    setPassword(text: string): void
    deletePassword(): boolean
  }
  findCredentials(service: string): { readonly account: string }[]
}

export class Keychain implements KeyPlace {
  readonly kind = 'keychain'
  private readonly load: () => Promise<KeychainPackage>

  constructor(load: () => Promise<KeychainPackage> = async () => import('@napi-rs/keyring')) {
    this.load = load
  }

  /** A machine without a keychain has none of that name. */
  async get(name: string): Promise<Credentials | null> {
    let text: string | null
    try {
      const { Entry } = await this.load()
      text = new Entry(SERVICE, name).getPassword()
    } catch {
      return null
    }
    return text === null ? null : credentialsFrom(parsed(text, name), `keychain, ${name}`)
  }

  async put(name: string, credentials: Credentials): Promise<void> {
    await this.use(({ Entry }) => new Entry(SERVICE, name).setPassword(JSON.stringify(credentials)))
  }

  async remove(name: string): Promise<boolean> {
    return this.use(({ Entry }) => {
      const entry = new Entry(SERVICE, name)
      if (entry.getPassword() === null) return false
      entry.deletePassword()
      return true
    })
  }

  async names(): Promise<readonly string[]> {
    return this.use(({ findCredentials }) =>
      findCredentials(SERVICE)
        .map(({ account }) => account)
        .sort(),
    )
  }

  private async use<T>(work: (keychain: KeychainPackage) => T): Promise<T> {
    try {
      return work(await this.load())
    } catch (cause) {
      throw new TandemError("this machine's keychain can't be used", {
        code: 'NO_KEYCHAIN',
        hint: 'keep keys in the encrypted file: --to file',
        cause,
      })
    }
  }
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TandemError('the entry is damaged', {
      code: 'BAD_CREDENTIALS',
      where: `keychain, ${name}`,
      hint: `add it again: tandem keys add ${name}`,
    })
  }
}
