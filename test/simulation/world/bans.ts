/**
 * While a simulation runs, real time and chance are forbidden: whoever asks for them gets an error that names it. Live
 * code has its `Environment`; a call that went around it would make runs differ. The test runner's own are let through.
 */

const NAMES = ['setTimeout', 'setInterval', 'setImmediate'] as const
type AnyFunction = (...values: never[]) => unknown

/** Runs `body` under the ban and lifts it afterwards. Breaches are kept too, since code may swallow the error. */
export async function withoutRealTime<T>(breaches: string[], body: () => Promise<T>): Promise<T> {
  const lifts: (() => void)[] = []
  const ban = (holder: object, key: string, name: string): void => {
    const scope = holder as Record<string, unknown>
    const original = scope[key] as AnyFunction
    const banned = function (this: unknown, ...values: never[]): unknown {
      checkCaller(name, breaches)
      return Reflect.apply(original, this, values)
    }
    scope[key] = Object.assign(banned, original)
    lifts.push(() => {
      scope[key] = original
    })
  }
  for (const name of NAMES) ban(globalThis, name, name)
  ban(Math, 'random', 'Math.random')
  ban(performance, 'now', 'performance.now')
  ban(process, 'hrtime', 'process.hrtime')
  const { Date: RealDate } = globalThis
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values: number[]) => {
      if (values.length === 0) checkCaller('new Date', breaches)
      return Reflect.construct(target, values) as object
    },
    get: (target, key) => {
      if (key === 'now') checkCaller('Date.now', breaches)
      return Reflect.get(target, key) as unknown
    },
  })
  try {
    return await body()
  } finally {
    for (const lift of lifts) lift()
    globalThis.Date = RealDate
  }
}

/** Throws unless the test runner itself is asking. */
function checkCaller(name: string, breaches: string[]): void {
  const caller = new Error(name).stack?.split('\n').slice(3, 6).join(' ') ?? ''
  if (/[\\/]node_modules[\\/](?:vitest|@vitest|vite|tinypool|birpc)[\\/]|node:internal/.test(caller)) return
  breaches.push(`${name} was called ${caller.trim()}`)
  throw new Error(`${name} is forbidden in a simulation`)
}
