/** Real stores of a queue, each a server of the test's own: Redis, and PostgreSQL. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningStore {
  /** Words that tell `tandem sweep` and `tandem worker` where it is. */
  readonly words: readonly [string, string]
  stop(): Promise<void>
}

export interface StoreServer {
  readonly name: 'redis' | 'postgres'
  /** Why it can't be started here; null where it can. */
  readonly absent: string | null
  start(): Promise<RunningStore>
}

const redis: StoreServer = {
  name: 'redis',
  absent: spawnSync('redis-server', ['--version']).status === 0 ? null : 'redis-server is not installed',
  start: () =>
    onFreePort(async (port) => {
      const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
      const server = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'ignore'] })
      await said(server, server.stdout!, 'eady to accept')
      return { words: ['--redis', `redis://127.0.0.1:${port}`], stop: () => kill(server) }
    }),
}

/** Where Debian, Red Hat and Homebrew keep the server's programs, which are on no PATH. */
const HOMES = ['/usr/lib/postgresql', '/usr', '/usr/local', '/opt/homebrew']
const programs = HOMES.flatMap((home) =>
  existsSync(home) && home.endsWith('postgresql')
    ? readdirSync(home).map((one) => join(home, one, 'bin'))
    : [`${home}/bin`],
).findLast((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')))

const postgres: StoreServer = {
  name: 'postgres',
  absent: programs === undefined ? 'postgresql is not installed' : null,
  async start() {
    const own = serverUser()
    const folder = mkdtempSync(join(tmpdir(), 'tandem-pg-'))
    const data = join(folder, 'data')
    mkdirSync(data)
    chmodSync(folder, 0o755)
    if ('uid' in own) chownSync(data, own.uid, own.gid)
    const options = { ...own, cwd: '/', env: { ...process.env, LC_ALL: 'C' } }
    const made = spawnSync(
      join(programs!, 'initdb'),
      ['-D', data, '-U', 'tandem', '--auth=trust', '--no-sync', '-E', 'UTF8'],
      { ...options, encoding: 'utf8' },
    )
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
    return onFreePort(async (port) => {
      const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'fsync=off']
      const server = spawn(join(programs!, 'postgres'), words, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
      await said(server, server.stderr!, 'ready to accept')
      return {
        words: ['--postgres', `postgres://tandem@127.0.0.1:${port}/postgres`],
        async stop() {
          await kill(server)
          rmSync(folder, { recursive: true, force: true })
        },
      }
    })
  },
}

export const STORES: readonly StoreServer[] = [redis, postgres]

/** PostgreSQL doesn't run as root: then it is started as its own user, or as nobody. */
function serverUser(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string, user: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout)
  const user = spawnSync('id', ['postgres']).status === 0 ? 'postgres' : 'nobody'
  return { uid: id('-u', user), gid: id('-g', user) }
}

async function said(server: ChildProcess, stream: NodeJS.ReadableStream, words: string): Promise<void> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error(`it ended: ${text}`)))
    stream.on('data', (more: Buffer) => {
      text += more.toString()
      if (text.includes(words)) resolve()
    })
  })
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGQUIT')
  await ended
}

/** A port that was free may be another's by the time that the server asks for it: then it is the next one's turn. */
async function onFreePort(start: (port: number) => Promise<RunningStore>): Promise<RunningStore> {
  for (let left = 4; ; left--) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (left === 0 || !/in use/i.test((error as Error).message)) throw error
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
