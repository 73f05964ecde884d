/** Sessions and confirmations on a clock of their own; what may be listened on; names in the project folder. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Confirmations } from '../../engine/server/guard/confirmations.ts'
import { refuse } from '../../engine/server/guard/request.ts'
import { Sessions } from '../../engine/server/guard/sessions.ts'
import { checkListening } from '../../engine/server/listen.ts'
import { Project } from '../../engine/server/project.ts'

describe('confirmations', () => {
  const action = { kind: 'rebalance', document: { leverage: 3 } }

  it('are for one action, once, for a minute', () => {
    let now = 0
    const confirmations = new Confirmations(() => now)
    const token = () => confirmations.issue('rebalance', action).confirmation
    const redeem = (given: string | undefined, content: unknown = action, what = 'rebalance') =>
      confirmations.redeem(given, what, content)
    const first = token()
    redeem(first)
    expect(() => redeem(first)).toThrow('this needs a second confirmation')
    expect(() => redeem(undefined)).toThrow('this needs a second confirmation')
    const other = token()
    expect(() => redeem(other, { ...action, document: { leverage: 5 } })).toThrow(
      'what was confirmed is not what is asked',
    )
    // A try with something else uses it up.
    expect(() => redeem(other)).toThrow('this needs a second confirmation')
    expect(() => redeem(token(), action, 'promote')).toThrow('what was confirmed is not what is asked')
    const late = token()
    now += 60_001
    expect(() => redeem(late)).toThrow('older than a minute')
  })

  it('don’t depend on the order of keys', () => {
    const confirmations = new Confirmations(() => 0)
    const { confirmation } = confirmations.issue('x', { a: 1, b: { c: 2, d: 3 } })
    confirmations.redeem(confirmation, 'x', { b: { d: 3, c: 2 }, a: 1 })
  })
})

describe('sessions', () => {
  const make = (password: string | null = null, secure = false) => {
    const clock = { now: 0 }
    const sessions = new Sessions({ port: 7, secure, password, now: () => clock.now })
    return { clock, sessions }
  }
  const sessionOf = (sessions: Sessions, secret: string) => {
    const signIn = sessions.signIn(secret)
    return 'session' in signIn ? signIn.session : null
  }

  it('a token opens one session; a session is known by its cookie alone', () => {
    const { sessions } = make()
    const token = sessions.launch()
    const session = sessionOf(sessions, token)!
    expect(sessionOf(sessions, token)).toBeNull()
    expect(sessions.isOpen(`a=b; tandem-7=${session}`)).toBe(true)
    expect(sessions.isOpen(`tandem-8=${session}`)).toBe(false)
    expect(sessions.isOpen(`tandem-7=${session}; tandem-7=${session}`)).toBe(false)
    expect(sessions.isOpen(`tandem-7=${token}`)).toBe(false)
    expect(sessions.isOpen(undefined)).toBe(false)
  })

  it('another start knows no earlier cookie', () => {
    const { sessions } = make()
    const session = sessionOf(sessions, sessions.launch())!
    expect(make().sessions.isOpen(`tandem-7=${session}`)).toBe(false)
  })

  it('with a password no token opens, and the cookie is for TLS alone', () => {
    const { sessions } = make('correct horse battery', true)
    expect(sessionOf(sessions, sessions.launch())).toBeNull()
    const session = sessionOf(sessions, 'correct horse battery')!
    expect(sessions.cookieOf(session)).toBe(`__Host-tandem=${session}; HttpOnly; SameSite=Strict; Path=/; Secure`)
  })

  it('ten wrong tries a minute, then none', () => {
    const { sessions, clock } = make()
    const token = sessions.launch()
    for (let i = 0; i < 10; i++) expect(sessions.signIn(`x${i}`)).toEqual({ refused: 'wrong' })
    expect(sessions.signIn(token)).toEqual({ refused: 'too many' })
    clock.now += 60_000
    expect(sessionOf(sessions, token)).not.toBeNull()
  })
})

describe('listening', () => {
  const LOCAL = { host: '127.0.0.1', port: 0, names: [], tls: null, password: null }
  const tls = { cert: 'c', key: 'k' }
  const password = 'correct horse battery'

  it('elsewhere than on this machine only with TLS, a password and a name', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost']) checkListening({ ...LOCAL, host })
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'bench.example', '127.0.0.2', '']) {
      expect(() => checkListening({ ...LOCAL, host }), host).toThrow('needs TLS')
      expect(() => checkListening({ ...LOCAL, host, password }), host).toThrow('needs TLS')
      expect(() => checkListening({ ...LOCAL, host, tls }), host).toThrow('needs a password')
      expect(() => checkListening({ ...LOCAL, host, tls, password: 'short' }), host).toThrow('12 characters or more')
    }
    expect(() => checkListening({ ...LOCAL, host: '0.0.0.0', tls, password })).toThrow('which names lead here')
    checkListening({ ...LOCAL, host: '0.0.0.0', tls, password, names: ['bench.example'] })
    checkListening({ ...LOCAL, host: '192.168.1.5', tls, password })
  })
})

describe('the wall', () => {
  const policy = { scheme: 'http', hosts: new Set(['127.0.0.1:1']), readOnly: false }

  it('lets no path through that a file system could climb by, however it is encoded', () => {
    const piece = fc.constantFrom(
      'a',
      '.',
      '..',
      '%2e',
      '%2E%2e',
      '%2f',
      '%5c',
      '\\',
      '/',
      '%00',
      '%25',
      '%252e',
      'é',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const url = `/${pieces.join('')}`
        const refusal = refuse({ method: 'GET', url, rawHeaders: ['Host', '127.0.0.1:1'] }, policy)
        if (refusal !== null) return
        const decoded = decodeURIComponent(url)
        expect(decoded).not.toMatch(/%|\\|\0/)
        expect(decoded.split('/').filter((step) => step === '..' || step === '.')).toEqual([])
        expect(new URL(url, 'http://127.0.0.1:1').pathname).toBe(url)
      }),
      { seed: 3, numRuns: 2000 },
    )
  })
})

describe('project', () => {
  it('any name either stays inside or is refused', () => {
    const parent = mkdtempSync(join(tmpdir(), 'tandem-project-'))
    onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
    const root = join(parent, 'project')
    mkdirSync(join(root, 'sub'), { recursive: true })
    mkdirSync(join(root, 'runs'))
    writeFileSync(join(parent, 'out.yaml'), 'out')
    writeFileSync(join(root, 'in.yaml'), 'in')
    writeFileSync(join(root, 'sub', 'in.yaml'), 'in')
    writeFileSync(join(root, 'runs', 'in.yaml'), 'runs')
    const project = new Project(root, [join(root, 'runs')])
    const step = fc.constantFrom(
      '..',
      '.',
      'sub',
      'runs',
      'in.yaml',
      'out.yaml',
      '',
      '/',
      'C:',
      '...',
      'in.yaml.',
      '.hidden.yaml',
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const path = steps.join('/')
        try {
          expect(project.read(path)).toBe('in')
          expect(['in.yaml', 'sub/in.yaml']).toContain(path)
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(?:BAD_FILE_NAME|NO_FILE)$/)
        }
      }),
      { seed: 4, numRuns: 2000 },
    )
  })
})
