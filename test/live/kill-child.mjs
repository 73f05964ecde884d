/**
 * A live session that kills itself, as kill -9 does, when it gets to a boundary for the n-th time.
 * Words: dist folder, bundle, trusted key, url, session, boundary, n.
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [dist, bundlePath, trust, url, session, point, count] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const { fromBundle } = await load('engine/run/live/from-bundle.js')
const { runAtExchange } = await load('engine/run/live/real-session.js')
const { readSettings } = await load('engine/run/live/settings.js')
const { openKeys } = await load('engine/run/keys.js')

// Asked to end where it hangs: it says what it waits for.
process.on('SIGTERM', () => {
  const reason = `waits for ${process.getActiveResourcesInfo().join(', ') || 'nothing'}; passed ${point} ${passed} times`
  process.stderr.write(`${reason}\n`)
  process.exit(3)
})

const keys = openKeys(async () => null)
let passed = 0
const summary = await runAtExchange(await fromBundle(bundlePath, { trust: [trust] }, '.tandem/cache'), {
  mode: 'live',
  store: 'store',
  runs: 'runs',
  session,
  url,
  virtual: true,
  settings: readSettings('settings.yaml'),
  settingsFile: 'settings.yaml',
  settlement: null,
  operator: 'test',
  allowUnproven: false,
  find: async (name) => (await keys.find(name)).credentials,
  log: (line) => process.stderr.write(`${line}\n`),
  signal: new AbortController().signal,
  at: (reached) => {
    if (reached !== point) return
    passed += 1
    if (passed === Number(count)) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(JSON.stringify(summary))
