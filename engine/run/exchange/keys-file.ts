/** The file of the exchange's keys: read where it is there, written (for its owner alone) where it isn't. */

import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { generateKey, type KeySetup, RIGHTS } from '../../loopback/keys.ts'

const keySchema = z.strictObject({
  name: z.string().min(1),
  account: z.string().min(1),
  key: z.string().min(1),
  secret: z.base64().min(1),
  rights: z.array(z.enum(RIGHTS)),
  nonceWindow: z.number().int().min(0).default(0),
})
const fileSchema = z.object({ keys: z.array(keySchema).min(1) })

/** Keys for these accounts. Throws `BAD_KEYS_FILE`. */
export async function keysFor(accounts: readonly string[], file: string): Promise<readonly KeySetup[]> {
  const text = await readText(file)
  if (text === null) return writeKeys(accounts, file)
  const keys = parseKeys(text, file)
  const stranger = keys.find(({ account }) => !accounts.includes(account))
  if (stranger !== undefined) {
    throw bad(file, `the key '${stranger.name}' is of the account '${stranger.account}', which there isn't`)
  }
  return keys
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw bad(file, (error as Error).message)
  }
}

function parseKeys(text: string, file: string): readonly KeySetup[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw bad(file, 'it is not JSON')
  }
  const parsed = fileSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    // The path alone: what is at it may be a secret.
    throw bad(file, `${issue!.path.join('.')} is not as it should be`)
  }
  return parsed.data.keys
}

/** One key that trades and one that only reads, for each account. */
async function writeKeys(accounts: readonly string[], file: string): Promise<readonly KeySetup[]> {
  const keys = accounts.flatMap((account) => [
    generateKey(`${account}-trade`, account, ['query', 'trade']),
    generateKey(`${account}-read`, account, ['query']),
  ])
  const partial = `${file}.partial-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(partial, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 })
    await rename(partial, file)
  } catch (error) {
    throw bad(file, `it can't be written: ${(error as Error).message}`)
  }
  return keys
}

function bad(file: string, message: string): TandemError {
  return new TandemError(message, {
    code: 'BAD_KEYS_FILE',
    where: file,
    hint: 'leave the file out to have one written, or name another with --keys',
  })
}
