/** One process an account; another program on the port is told apart. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lockAccount } from '../../engine/live/account-lock.ts'
import { isBuilt } from '../cli/built.ts'
import { repositoryRoot } from '../support/shared.ts'

describe('the lock of an account', () => {
  it('is held once, and free again after release', async () => {
    const first = await lockAccount('kraken', 'test key 1')
    await expect(lockAccount('kraken', 'test key 1')).rejects.toMatchObject({ code: 'ACCOUNT_IN_USE' })
    const other = await lockAccount('kraken', 'test key 2')
    await first.release()
    await other.release()
    await (await lockAccount('kraken', 'test key 1')).release()
  })

  it.skipIf(!isBuilt)('is free when its process was killed', async () => {
    const url = pathToFileURL(join(repositoryRoot, 'dist/engine/live/account-lock.js')).href
    const code = `const { lockAccount } = await import(${JSON.stringify(url)}); await lockAccount('kraken', 'test key 3'); console.log('held'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code])
    await once(child.stdout, 'data')
    await expect(lockAccount('kraken', 'test key 3')).rejects.toMatchObject({ code: 'ACCOUNT_IN_USE' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await lockAccount('kraken', 'test key 3')).release()
  })

  it('names a port that another program holds', async () => {
    const lock = await lockAccount('kraken', 'test key 4')
    const taken = await lockAccount('kraken', 'test key 4').catch((error: Error) => error.message)
    expect(taken).toMatch(/another tandem process/)
    await lock.release()
    // The same port, held by something that says nothing.
    const { createHash } = await import('node:crypto')
    const name = createHash('sha256').update('tandem|kraken|test key 4', 'utf8').digest()
    const server = createServer(() => {}).listen(20_000 + (name.readUInt32BE(0) % 12_000), '127.0.0.1')
    await once(server, 'listening')
    await expect(lockAccount('kraken', 'test key 4')).rejects.toMatchObject({ code: 'LOCK_PORT_TAKEN' })
    server.close()
  })
})
