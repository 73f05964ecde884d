/** `tandem exchange` in a process of its own, with the key that trades there, and its own endpoints. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtMain } from '../cli/built.ts'

export interface Practice {
  readonly url: string
  readonly key: { readonly key: string; readonly secret: string }
  /** Rates of faults from now on; {} for none. */
  faults(rates: Readonly<Record<string, number>>): Promise<void>
  /** Every order and trade of the account, as the exchange has them. */
  export(): Promise<PracticeExport>
  stop(): Promise<void>
}

export interface PracticeExport {
  readonly orders: readonly Readonly<Record<string, unknown>>[]
  readonly trades: readonly Readonly<Record<string, unknown>>[]
}

/** A made-up market on a clock that stands still at a bar's open, where orders at market fill at once. */
export async function standingExchange(folder: string, ...more: readonly string[]): Promise<Practice> {
  const always = ['--synthetic', '7', '--port', '0', '--speed', 'virtual', '--rate-limits', 'off', '--json']
  const keysFile = `keys-${Math.random().toString(36).slice(2)}.json`
  const child = spawn(process.execPath, [builtMain, 'exchange', ...always, '--keys', keysFile, ...more], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let [out, log] = ['', '']
    child.stderr.on('data', (part) => {
      log += part
    })
    child.stdout.on('data', (part) => {
      out += part
      if (out.endsWith('}\n')) resolve((JSON.parse(out) as { url: string }).url)
    })
    child.on('exit', (code) => reject(new Error(`the exchange ended with ${code}: ${log}`)))
  })
  const { keys } = JSON.parse(readFileSync(join(folder, keysFile), 'utf8')) as { keys: Practice['key'][] }
  const call = async (what: string, body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${url}/tandem/${what}`, { headers: { 'content-type': 'application/json' }, ...sent })
    if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    url,
    key: keys[0]!,
    faults: async (rates) => void (await call('faults', { rates })),
    export: async () => (await call('export')) as PracticeExport,
    stop: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
