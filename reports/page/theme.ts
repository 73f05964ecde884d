/** Light or dark: the system's choice until the reader makes one, which is kept where the browser allows it. */

import type { ThemeName } from '../palette.ts'
import { browser, byId, document } from './dom.ts'

const KEY = 'tandem-report-theme'
const system = browser.matchMedia('(prefers-color-scheme: dark)')
const paper = browser.matchMedia('print')

function remembered(): string | null {
  try {
    return browser.localStorage.getItem(KEY)
  } catch {
    return null // Some browsers refuse storage to pages opened from a file.
  }
}

export function themeName(): ThemeName {
  // Paper is white, whatever the screen is.
  if (paper.matches) return 'light'
  const chosen = document.documentElement.getAttribute('data-theme')
  return chosen === 'light' || chosen === 'dark' ? chosen : system.matches ? 'dark' : 'light'
}

function show(): void {
  const other = themeName() === 'dark' ? 'light' : 'dark'
  byId('theme').textContent = other === 'dark' ? 'Dark' : 'Light'
  byId('theme').setAttribute('aria-label', `Switch to the ${other} theme`)
}

/** Starts the switch; `changed` is called after every change. */
export function startTheme(changed: () => void): void {
  const kept = remembered()
  if (kept === 'light' || kept === 'dark') document.documentElement.setAttribute('data-theme', kept)
  show()
  byId('theme').addEventListener('click', () => {
    const next = themeName() === 'dark' ? 'light' : 'dark'
    document.documentElement.setAttribute('data-theme', next)
    try {
      browser.localStorage.setItem(KEY, next)
    } catch {
      // The choice then lasts as long as the page is open.
    }
    show()
    changed()
  })
  system.addEventListener('change', () => {
    show()
    changed()
  })
}
