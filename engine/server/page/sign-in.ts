/** Asking who this is: at the first visit, and after the server was started again with new tokens. */

import { ApiError, ask } from './api.ts'
import { document, type El, h } from './dom.ts'
import { waitForSignIn } from './events.ts'

let shown: El | null = null

/** Lays itself over the page, which stays as it is underneath. */
export function askToSignIn(isReturn: boolean, onSuccess: () => void): void {
  if (shown !== null) return
  waitForSignIn(true)
  const words = isReturn
    ? 'The server was started again, and has a new token. Paste the address (or its token) that tandem serve printed; this page then goes on where it was.'
    : 'Open the address that tandem serve printed, or paste it here. Press Enter in its terminal for another. Where the server has a password, type that.'
  const secret = h('input', {
    id: 'secret',
    type: 'password',
    autocomplete: 'off',
    'aria-label': 'Address, token or password',
  })
  const fault = h('p', { class: 'verdict bad', role: 'alert' })
  const send = async (): Promise<void> => {
    try {
      await ask('POST', '/session', { secret: tokenIn(secret.value) })
    } catch (error) {
      fault.textContent = error instanceof ApiError ? error.message : String(error)
      secret.focus()
      return
    }
    dialog.close()
    dialog.remove()
    shown = null
    waitForSignIn(false)
    onSuccess()
  }
  const form = h(
    'form',
    {},
    h('label', { class: 'field', for: 'secret' }, words),
    secret,
    fault,
    h('div', { class: 'buttons end' }, h('button', { type: 'submit', class: 'button main' }, 'Sign in')),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void send()
  })
  const dialog = h(
    'dialog',
    { class: 'sign-in', 'aria-label': 'Sign in' },
    h('h2', {}, isReturn ? 'The server has a new token' : 'Sign in'),
    form,
  )
  dialog.addEventListener('cancel', (event) => event.preventDefault())
  document.body.append(dialog)
  dialog.showModal()
  secret.focus()
  shown = dialog
}

/** `http://127.0.0.1:7430/open/TOKEN` → TOKEN. */
function tokenIn(text: string): string {
  return text.trim().replace(/^.*\/open\//, '')
}
