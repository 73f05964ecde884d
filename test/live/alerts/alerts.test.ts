/** Goal: alerts get out by every channel, trading never waits for them, and no secret goes with them. */

import { describe, expect, it } from 'vitest'
import type { Alert, AlertChannel } from '../../../engine/live/alerts/alert.ts'
import { mail, telegram, webhook } from '../../../engine/live/alerts/channels.ts'
import { alertChannels, parseAlerts } from '../../../engine/live/alerts/config.ts'
import { AlertDispatcher } from '../../../engine/live/alerts/dispatcher.ts'
import { Heartbeat } from '../../../engine/live/alerts/heartbeat.ts'
import { REDACTED, Redactor } from '../../../engine/live/keys/redactor.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'
import { closedPort, httpServer, smtpServer } from './servers.ts'

const ALERT: Alert = { level: 'alarm', code: 'HALTED', text: 'two outcomes unknown', session: 's1', atMs: 0, times: 1 }
const signal = new AbortController().signal
const TOKEN = 'canary-token-99'

describe('the channels', () => {
  it('webhook: JSON with what chat services show', async () => {
    const { base, requests } = await httpServer(() => 204)
    await webhook(`${base}/hook?t=${TOKEN}`).send(ALERT, signal)
    expect(requests[0]!.url).toBe(`/hook?t=${TOKEN}`)
    const text = 'tandem: ALARM HALTED in s1\ntwo outcomes unknown\n1970-01-01T00:00:00.000Z'
    expect(JSON.parse(requests[0]!.body)).toMatchObject({
      level: 'alarm',
      code: 'HALTED',
      session: 's1',
      text,
      content: text,
    })
  })

  it('telegram: sendMessage to the chat', async () => {
    const { base, requests } = await httpServer(() => 200)
    await telegram({ token: TOKEN, chat: '-100', base }).send({ ...ALERT, times: 3 }, signal)
    expect(requests[0]!.url).toBe(`/bot${TOKEN}/sendMessage`)
    const body = JSON.parse(requests[0]!.body)
    expect([body.chat_id, body.text.split('\n')[0]]).toEqual(['-100', 'tandem: ALARM HALTED in s1 (3 times)'])
  })

  it('mail: by SMTP, with a login', async () => {
    const { port, mails, words } = await smtpServer()
    const options = { host: '127.0.0.1', port, secure: false, plain: true, user: 'u', password: TOKEN }
    await mail({ ...options, from: 'bot@test.example', to: ['me@test.example', 'you@test.example'] }).send(
      ALERT,
      signal,
    )
    expect(mails[0]).toContain('Subject: tandem ALARM HALTED: s1')
    expect(mails[0]).toContain('two outcomes unknown')
    expect(mails[0]).not.toContain(TOKEN)
    expect(words.filter((word) => /^RCPT/.test(word))).toHaveLength(2)
    expect(words.some((word) => word.startsWith('AUTH PLAIN'))).toBe(true)
  })

  it('failures say what happened and no secret', async () => {
    const { base } = await httpServer(() => 500)
    const dead = await closedPort()
    const { port } = await smtpServer(true)
    const options = {
      host: '127.0.0.1',
      port,
      secure: false,
      plain: true,
      user: 'u',
      password: TOKEN,
      from: 'a@b.example',
      to: ['c@d.example'],
    }
    const sends = [
      webhook(`${base}/${TOKEN}`).send(ALERT, signal),
      webhook(`${dead}/${TOKEN}`).send(ALERT, signal),
      webhook(`not a url ${TOKEN}`).send(ALERT, signal),
      telegram({ token: TOKEN, chat: '1', base: dead }).send(ALERT, signal),
      mail(options).send(ALERT, signal),
      mail({ ...options, plain: false }).send(ALERT, signal),
    ]
    const texts = await Promise.all(
      sends.map((one) =>
        one.then(
          () => 'sent',
          (error: Error) => error.message,
        ),
      ),
    )
    expect(texts).toEqual([
      'it answered 500',
      'not reachable: ECONNREFUSED',
      expect.stringMatching(/^not reachable/),
      'not reachable: ECONNREFUSED',
      expect.stringMatching(/^not sent: \w+/),
      expect.stringMatching(/^not sent: \w+/),
    ])
    expect(texts.join()).not.toContain('canary')
  })
})

describe('the dispatcher', () => {
  function make(sends: ((attempt: number) => Promise<void>)[], config = {}) {
    const environment = new VirtualEnvironment()
    const failures: string[] = []
    const got: Alert[] = []
    const channels = sends.map((send, i): AlertChannel => {
      let attempts = 0
      return {
        name: `c${i}`,
        async send(alert) {
          await send(++attempts)
          got.push(alert)
        },
      }
    })
    const redactor = new Redactor()
    redactor.add(TOKEN)
    const dispatcher = new AlertDispatcher({
      ...{ environment, session: 's1', channels, redactor },
      failed: (channel, text) => failures.push(`${channel}: ${text}`),
      config: { timeoutMs: 10_000, retriesMs: [2000, 10_000], queue: 3, repeatMs: 600_000, ...config },
    })
    return { environment, failures, got, dispatcher }
  }

  it('tries again, gives up, says so; the other channel is not held up', async () => {
    const { environment, failures, got, dispatcher } = make([
      async () => {
        throw new Error(`down with ${TOKEN}`)
      },
      async () => {},
    ])
    dispatcher.tell('alarm', 'HALTED', `because of ${TOKEN}`)
    await environment.run(1)
    expect(got.map(({ text }) => text)).toEqual([`because of ${REDACTED}`])
    expect(failures).toEqual([])
    await environment.run(12_000)
    expect(failures).toEqual([`c0: HALTED wasn't delivered: down with ${REDACTED}`])
    expect(environment.timers).toBe(0)
  })

  it('a channel that never answers is left after its time', async () => {
    const { environment, failures, dispatcher } = make([() => new Promise(() => {})], { retriesMs: [] })
    dispatcher.tell('warn', 'CLOCK', 'off')
    await environment.run(10_000)
    expect(failures).toEqual(["c0: CLOCK wasn't delivered: no answer within 10 s"])
  })

  it('a channel that throws at once does no harm', async () => {
    const { environment, failures, dispatcher } = make(
      [
        () => {
          throw new Error('bad')
        },
      ],
      { retriesMs: [] },
    )
    expect(() => dispatcher.tell('alarm', 'HALTED', 'x')).not.toThrow()
    await environment.run(1)
    expect(failures).toHaveLength(1)
  })

  it('the same again within ten minutes is counted; another alarm is not the same', async () => {
    const { environment, got, dispatcher } = make([async () => {}])
    for (const text of ['a', 'b', 'c']) dispatcher.tell('warn', 'REJECTED', text)
    for (const text of ['x', 'x', 'y']) dispatcher.tell('alarm', 'HALTED', text)
    await environment.run(600_000)
    dispatcher.tell('warn', 'REJECTED', 'd')
    await environment.run(1)
    expect(got.map(({ code, text, times }) => [code, text, times])).toEqual([
      ['REJECTED', 'a', 1],
      ['HALTED', 'x', 1],
      ['HALTED', 'y', 1],
      ['REJECTED', 'd', 3],
    ])
  })

  it('a full queue drops the oldest of the least level', async () => {
    const { environment, got, failures, dispatcher } = make(
      [(n) => (n === 1 ? new Promise(() => {}) : Promise.resolve())],
      {
        retriesMs: [],
      },
    )
    dispatcher.tell('alarm', 'FIRST', '')
    await environment.run(1)
    for (const [level, code] of [
      ['alarm', 'A'],
      ['info', 'B'],
      ['warn', 'C'],
      ['alarm', 'D'],
    ] as const)
      dispatcher.tell(level, code, '')
    await environment.run(20_000)
    expect(got.map(({ code }) => code)).toEqual(['A', 'C', 'D'])
    expect(failures[0]).toBe('c0: too many alerts wait: B is dropped')
  })

  it('the end waits for what is under way, but not for ever', async () => {
    const { environment, got, dispatcher } = make([async () => {}, () => new Promise(() => {})])
    dispatcher.tell('info', 'ENDED', '')
    let ended = false
    void dispatcher.drain(5000).then(() => {
      ended = true
    })
    await environment.run(4000)
    expect([got.length, ended]).toEqual([1, false])
    await environment.run(1000)
    expect(ended).toBe(true)
  })
})

describe('the heartbeat', () => {
  it('is heard while all is well, and its failure is told once', async () => {
    let status = 200
    const { base, requests } = await httpServer(() => status)
    const environment = new VirtualEnvironment()
    const failures: string[] = []
    let well = true
    const heartbeat = new Heartbeat(
      environment,
      { url: `${base}/${TOKEN}`, everyMs: 60_000 },
      () => well,
      (text) => failures.push(text),
    )
    // A beat has its own timer until its answer is in; the other one is that of the next beat.
    const beats = async (count: number) => {
      while (requests.length < count || environment.timers > 1) await new Promise((resolve) => setImmediate(resolve))
    }
    heartbeat.start()
    await beats(1)
    well = false
    await environment.run(60_000)
    well = true
    status = 503
    for (const count of [2, 3]) {
      await environment.run(60_000)
      await beats(count)
    }
    heartbeat.stop()
    expect(failures).toEqual(['it answered 503'])
    expect(requests).toHaveLength(3)
  })
})

describe('the section of a configuration', () => {
  it('names keys, and has no secrets', async () => {
    const config = parseAlerts(
      {
        webhook: {},
        telegram: { chat: -100 },
        mail: { host: 'mail.example', user: 'u', from: 'a@b.example', to: ['c@d.example'] },
      },
      'live.yaml',
    )
    const asked: string[] = []
    const channels = await alertChannels(config, async (name) => {
      asked.push(name)
      return { url: 'http://127.0.0.1:1', token: 't', password: 'p' }
    })
    expect([asked, channels.map(({ name }) => name)]).toEqual([
      ['webhook', 'telegram', 'mail'],
      ['webhook', 'telegram', 'mail'],
    ])
    expect(() => parseAlerts({ telegram: { chat: '1', token: 'x' } }, 'live.yaml')).toThrow(
      'alerts.telegram.token: unknown key',
    )
    await expect(alertChannels(parseAlerts({ webhook: {} }, 'x'), async () => ({}))).rejects.toThrow(
      "the key 'webhook' has no url",
    )
  })
})
