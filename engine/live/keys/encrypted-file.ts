/**
 * Credentials in one encrypted file, for machines without a keychain: scrypt makes a key of a passphrase, AES-256-GCM
 * seals each entry together with its name. Only this user may read the file.
 */

import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { replaceFile, withFileLock } from '../file-lock.ts'
import { type Credentials, credentialsFrom, type KeyPlace } from './credentials.ts'

const FORMAT = 'tandem-keys/1'
/** 128 MB and some tenths of a second for each guess. */
const COST = 131_072
const COST_MOST = 1_048_576

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)
const sealed = z.strictObject({ nonce: base64, tag: base64, data: base64 })
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  kdf: z.strictObject({ name: z.literal('scrypt'), cost: z.int().min(2).max(COST_MOST), salt: base64 }),
  /** Something known, sealed: tells a wrong passphrase from a damaged entry. */
  check: sealed,
  entries: z.record(z.string(), sealed),
})
type KeyFile = z.output<typeof fileSchema>
type Sealed = z.output<typeof sealed>

export interface EncryptedFileOptions {
  readonly path: string
  /** Asked for once, when it is needed; null where nobody can say it. */
  readonly passphrase: () => Promise<string | null>
  /** scrypt's N; less only in tests. */
  readonly cost?: number
}

export class EncryptedFile implements KeyPlace {
  readonly kind = 'file'
  private readonly options: EncryptedFileOptions
  private said: Promise<string> | null = null

  constructor(options: EncryptedFileOptions) {
    this.options = options
  }

  async get(name: string): Promise<Credentials | null> {
    const file = this.read()
    const entry = file?.entries[name]
    if (file === null || entry === undefined) return null
    const text = open(entry, await this.keyOf(file), name)
    if (text === null) throw this.bad(`the entry '${name}' is damaged`, `add it again: tandem keys add ${name}`)
    return credentialsFrom(JSON.parse(text), `${this.options.path}, ${name}`)
  }

  async put(name: string, credentials: Credentials): Promise<void> {
    this.system(() => mkdirSync(dirname(this.options.path), { recursive: true, mode: 0o700 }))
    // The key is made before the lock is taken: a person may take a minute over a passphrase.
    const before = this.read() ?? this.empty(await this.passphrase())
    const entry = seal(JSON.stringify(credentials), await this.keyOf(before), name)
    this.change((now) => {
      const file = now ?? before
      if (file.kdf.salt !== before.kdf.salt) throw this.bad('another process made it just now', 'try again')
      return { ...file, entries: { ...file.entries, [name]: entry } }
    })
  }

  async remove(name: string): Promise<boolean> {
    let there = false
    this.change((file) => {
      there = file?.entries[name] !== undefined
      if (file === null || !there) return null
      const { [name]: _, ...entries } = file.entries
      return { ...file, entries }
    })
    return there
  }

  async names(): Promise<readonly string[]> {
    return Object.keys(this.read()?.entries ?? {}).sort()
  }

  private change(work: (file: KeyFile | null) => KeyFile | null): void {
    this.system(() =>
      withFileLock(this.options.path, () => {
        const next = work(this.read())
        if (next !== null) replaceFile(this.options.path, `${JSON.stringify(next, null, 2)}\n`, 0o600)
      }),
    )
  }

  /** The system's refusals as ours. */
  private system(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      if (error instanceof TandemError) throw error
      throw this.bad(`it can't be written: ${(error as Error).message}`, 'set TANDEM_KEYS to a file of yours')
    }
  }

  private async passphrase(): Promise<string> {
    const said = await (this.said ??= this.options.passphrase().then((text) => text ?? ''))
    if (said !== '') return said
    throw this.bad(
      'it needs its passphrase',
      'set TANDEM_KEYS_PASSPHRASE_FILE or TANDEM_KEYS_PASSPHRASE, or use a terminal',
    )
  }

  private async keyOf({ kdf, check }: KeyFile): Promise<Buffer> {
    const key = derive(await this.passphrase(), Buffer.from(kdf.salt, 'base64'), kdf.cost)
    if (open(check, key, '') === FORMAT) return key
    this.said = null
    throw this.bad('this is the wrong passphrase', 'try again')
  }

  private empty(passphrase: string): KeyFile {
    const salt = randomBytes(16)
    const cost = this.options.cost ?? COST
    const check = seal(FORMAT, derive(passphrase, salt, cost), '')
    return { format: FORMAT, kdf: { name: 'scrypt', cost, salt: salt.toString('base64') }, check, entries: {} }
  }

  private read(): KeyFile | null {
    const { path } = this.options
    let text: string
    try {
      if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
        throw this.bad('others may read this file', `chmod 600 ${path}`)
      }
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      if (error instanceof TandemError) throw error
      throw this.bad(`it can't be read: ${(error as Error).message}`, 'see whose it is')
    }
    const parsed = fileSchema.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    throw this.bad('this is no file of keys, or it is damaged', 'move it away, and add the keys again')
  }

  private bad(message: string, hint: string): TandemError {
    return new TandemError(message, { code: 'BAD_KEY_FILE', where: this.options.path, hint })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function derive(passphrase: string, salt: Buffer, cost: number): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 })
}

function seal(text: string, key: Buffer, name: string): Sealed {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(`${FORMAT} ${name}`, 'utf8'))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return { nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') }
}

/** Null where key, name or content isn't what it was sealed with. */
function open({ nonce, tag, data }: Sealed, key: Buffer, name: string): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(`${FORMAT} ${name}`, 'utf8'))
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
