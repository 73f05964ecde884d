/**
 * While a simulation runs, real time and chance are forbidden: whoever asks for them gets an error that names it. Live
 * code has its `Environment`; a call that went around it would make runs differ.
 */

const NAMES = ['setTimeout', 'setInterval', 'setImmediate'] as const

/** Runs `body` under the ban and lifts it afterwards. Breaches are kept too, since code may swallow the error. */
export async function withoutRealTime<T>(breaches: string[], body: () => Promise<T>): Promise<T> {
  const forbid = (name: string): never => {
    const where = new Error(name).stack?.split('\n').slice(3, 5).join(' ') ?? ''
    breaches.push(`${name} was called ${where.trim()}`)
    throw new Error(`${name} is forbidden in a simulation`)
  }
  const scope = globalThis as unknown as Record<string, unknown>
  const { Date: RealDate } = globalThis
  const { random } = Math
  const { now } = performance
  const { hrtime } = process
  const kept = NAMES.map((name) => [name, scope[name]] as const)
  for (const [name] of kept) scope[name] = () => forbid(name)
  scope['Date'] = new Proxy(RealDate, {
    construct: (target, args: number[]) => (args.length === 0 ? forbid('new Date') : Reflect.construct(target, args)),
    apply: () => forbid('Date'),
    get: (target, key) => (key === 'now' ? () => forbid('Date.now') : Reflect.get(target, key)),
  })
  Math.random = () => forbid('Math.random')
  performance.now = () => forbid('performance.now')
  process.hrtime = Object.assign(() => forbid('process.hrtime'), { bigint: () => forbid('process.hrtime.bigint') })
  try {
    return await body()
  } finally {
    for (const [name, original] of kept) scope[name] = original
    scope['Date'] = RealDate
    Math.random = random
    performance.now = now
    process.hrtime = hrtime
  }
}
