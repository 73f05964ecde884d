/** Webhook, Telegram and mail. Their addresses and tokens are secrets: no error repeats them. */

import { type Alert, type AlertChannel, alertText } from './alert.ts'

/** Posts the alert as JSON; `text` and `content` are what chat services' own webhooks show. */
export function webhook(url: string): AlertChannel {
  return {
    name: 'webhook',
    async send(alert, signal) {
      const text = alertText(alert)
      await post(
        url,
        { ...alert, at: new Date(alert.atMs).toISOString(), text, content: text, detail: alert.text },
        signal,
      )
    },
  }
}

export interface TelegramOptions {
  readonly token: string
  readonly chat: string
  /** Another one than Telegram's own only in tests. */
  readonly base?: string
}

/** Telegram's bot API, `sendMessage`. */
export function telegram({ token, chat, base = 'https://api.telegram.org' }: TelegramOptions): AlertChannel {
  return {
    name: 'telegram',
    async send(alert, signal) {
      await post(`${base}/bot${token}/sendMessage`, { chat_id: chat, text: alertText(alert).slice(0, 4000) }, signal)
    },
  }
}

async function post(url: string, body: unknown, signal: AbortSignal): Promise<void> {
  let status: number
  try {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal })
    status = answer.status
    await answer.arrayBuffer()
  } catch (error) {
    // The message of fetch names the URL, which may hold a token; its cause has a code that doesn't.
    const code = (error as { cause?: { code?: unknown } }).cause?.code
    throw new Error(typeof code === 'string' ? `not reachable: ${code}` : 'not reachable')
  }
  if (status < 200 || status > 299) throw new Error(`it answered ${status}`)
}

export interface MailOptions {
  readonly host: string
  readonly port: number
  /** TLS from the start (465). Otherwise STARTTLS is demanded, unless `plain`. */
  readonly secure: boolean
  /** No TLS at all: for a mail server on this machine. */
  readonly plain: boolean
  readonly user: string | null
  readonly password: string | null
  readonly from: string
  readonly to: readonly string[]
}

/** A mail for each alert; the mail library is loaded with the first. */
export function mail({ host, port, secure, plain, user, password, from, to }: MailOptions): AlertChannel {
  return {
    name: 'mail',
    async send(alert, signal) {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({
        ...{ host, port, secure, requireTLS: !secure && !plain, ignoreTLS: plain, logger: false },
        ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
      })
      const close = (): void => transport.close()
      signal.addEventListener('abort', close, { once: true })
      try {
        await transport.sendMail({ from, to: [...to], subject: subjectOf(alert), text: alertText(alert) })
      } catch (error) {
        throw new Error(`not sent: ${(error as { code?: string }).code ?? 'no reason given'}`)
      } finally {
        signal.removeEventListener('abort', close)
        transport.close()
      }
    },
  }
}

function subjectOf({ level, code, session }: Alert): string {
  return `tandem ${level === 'alarm' ? 'ALARM ' : ''}${code}: ${session}`
}
