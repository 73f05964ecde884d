/** What a path to import stands for: a file, the files of a folder, or the members of a zip archive. */

import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve, sep } from 'node:path'
import { refusal } from '../refuse.ts'
import { plainBytes } from './plain.ts'
import { zipMembers } from './zip.ts'

/** One file of data, wherever it lies. */
export interface Input {
  /** For messages: the path, or `archive.zip › folder/member.csv`. */
  readonly label: string
  /** Base name without `.gz`. */
  readonly name: string
  /** Names of the folders it lies in, outermost first: they often say venue and market. */
  readonly folders: readonly string[]
  /** Where it lies as a file that another program can open; null inside an archive or gzip. */
  readonly path: string | null
  /** The file on disk that has it: itself, or the archive. */
  readonly container: string
  /** Its bytes, decompressed, in order. Throws `DAMAGED_GZIP`, `DAMAGED_ZIP`, `TOO_COMPRESSED`, `NOT_A_FILE`. */
  bytes(): AsyncGenerator<Buffer>
  /** SHA-256 (hex) of the container, where the bytes last read to their end were the file's own; else null. */
  sha256(): string | null
}

/** No importer reads these: notes, checksums, hidden files. */
const PASSED_OVER = /^\.|\.(checksum|md5|sha256|md|pdf|html?|png|log|lock|tmp)$|^(readme|license)/i

/** Folders in folders are followed this deep. */
const DEEPEST = 8

/**
 * The inputs under a path, sorted by name so that equal content gives equal series. Throws `NO_SUCH_FILE`,
 * `NOT_A_FILE`, `EMPTY_FILE`, `DAMAGED_ZIP`.
 */
export async function listInputs(path: string): Promise<readonly Input[]> {
  const info = await statOrRefuse(path)
  if (!info.isDirectory()) return inputsOf(path, info.size)
  const inputs: Input[] = []
  for (const file of await filesUnder(path, 0)) inputs.push(...(await inputsOf(file, (await statOrRefuse(file)).size)))
  if (inputs.length > 0) return inputs
  throw refusal('EMPTY_FILE', { file: path }, 'the folder has no files to import', 'name a folder with candle files')
}

async function statOrRefuse(file: string): Promise<Awaited<ReturnType<typeof stat>> & { readonly size: number }> {
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refusal('NO_SUCH_FILE', { file }, 'there is no such file', 'check the path')
    throw refusal('NOT_A_FILE', { file }, `can't be read: ${error.message}`, 'check the path and its permissions')
  })
  if (info.isDirectory() || info.isFile()) return info
  throw refusal('NOT_A_FILE', { file }, 'is neither a file nor a folder', 'name a file with candles')
}

async function filesUnder(folder: string, depth: number): Promise<readonly string[]> {
  if (depth > DEEPEST) return []
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw refusal('NOT_A_FILE', { file: folder }, `can't be read: ${error.message}`, 'check the permissions')
  })
  const files: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (PASSED_OVER.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(await filesUnder(path, depth + 1)))
    else if (entry.isFile()) files.push(path)
  }
  return files
}

async function inputsOf(path: string, size: number): Promise<readonly Input[]> {
  const folders = resolve(path).split(sep).slice(-6, -1)
  if (size > 0) {
    const members = await zipMembers(path)
    if (members !== null) {
      return members
        .filter(({ member }) => !PASSED_OVER.test(basename(member)) && !member.startsWith('__MACOSX/'))
        .map(({ member, bytes }) => {
          const inside = member.split('/')
          const name = inside.pop()!.replace(/\.gz$/i, '')
          const label = `${path} › ${member}`
          return {
            label,
            name,
            folders: [...folders, basename(path), ...inside],
            path: null,
            container: path,
            bytes,
            sha256: () => null,
          }
        })
    }
  }
  const zipped = /\.gz$/i.test(path)
  const name = basename(path).replace(/\.gz$/i, '')
  let digest: string | null = null
  async function* bytes(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    digest = null
    let read = 0
    yield* plainBytes(path, size, (chunk) => {
      hash.update(chunk)
      read += chunk.length
    })
    if (read === size) digest = hash.digest('hex')
  }
  return [{ label: path, name, folders, path: zipped ? null : path, container: path, bytes, sha256: () => digest }]
}
