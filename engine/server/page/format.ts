/** Figures as text. What is undefined is a dash, never a zero. */

export const NONE = '–'

export function percent(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return NONE
  return `${minus(value * 100, digits)} %`
}

export function fixed(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined ? NONE : minus(value, digits)
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : grouped(String(Math.round(value)))
}

/** A figure of unknown size, to six significant digits. */
export function figure(value: unknown): string {
  if (value === null || value === undefined) return NONE
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value)
  return Number.isInteger(value) ? grouped(String(value)) : String(Number(value.toPrecision(6))).replace('-', '−')
}

export function money(value: number | null | undefined, quote = ''): string {
  if (value === null || value === undefined) return NONE
  return `${minus(value, 2)}${quote === '' ? '' : ` ${quote}`}`
}

function minus(value: number, digits: number): string {
  const text = grouped(Math.abs(value).toFixed(digits))
  return value < 0 && Number(text.replaceAll(',', '')) !== 0 ? `−${text}` : text
}

function grouped(text: string): string {
  const [whole = '', rest] = text.replace('-', '−').split('.')
  const spaced = whole.replace(/(\d)(?=(?:\d{3})+$)/g, '$1,')
  return rest === undefined ? spaced : `${spaced}.${rest}`
}

/** `2019-01-01`, UTC. */
export function day(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? NONE : new Date(ms).toISOString().slice(0, 10)
}

/** `2019-01-01 10:30:05`, UTC. */
export function time(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? NONE : new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** `3 min ago`. */
export function age(ms: number | null | undefined, now = Date.now()): string {
  return ms === null || ms === undefined ? NONE : `${duration(now - ms)} ago`
}

/** `45 s`, `12 min`, `3.5 h`, `12 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 100) return `${Math.round(seconds)} s`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** Which class a signed figure has: gains and losses are told apart by sign and colour. */
export function signClass(value: number | null | undefined): string {
  return value === null || value === undefined || value === 0 ? '' : value > 0 ? 'gain' : 'loss'
}
