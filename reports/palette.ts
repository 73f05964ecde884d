/**
 * Colours by role, light and dark. Gains and losses are blue and vermilion (apart for every kind of colour vision, and
 * always doubled by sign or shape); text colours keep a contrast of at least 4.5 to 1 on their ground.
 */

export interface Palette {
  readonly ground: string
  readonly panel: string
  readonly raised: string
  readonly ink: string
  readonly muted: string
  readonly rule: string
  readonly grid: string
  readonly accent: string
  readonly wash: string
  readonly gain: string
  readonly loss: string
  readonly candle: string
  /** Lines that are told apart, in this order, each with a dash of its own as well. */
  readonly line0: string
  readonly line1: string
  readonly line2: string
  readonly line3: string
  readonly line4: string
  readonly line5: string
  /** A fifth group beside loss, accent, candle and ink: light and warm, apart from them in lightness. */
  readonly wheat: string
  /** What is as it should be, behind what isn't. */
  readonly sound: string
}

export const LINE_ROLES = ['line0', 'line1', 'line2', 'line3', 'line4', 'line5'] as const
export const LINE_DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [12, 3],
  [4, 2, 1, 2],
] as const

export type ThemeName = 'light' | 'dark'

export const PALETTES: Readonly<Record<ThemeName, Palette>> = {
  light: {
    ground: '#f7f7f5',
    panel: '#ffffff',
    raised: '#f2f3f3',
    ink: '#16191d',
    muted: '#5a636d',
    rule: '#e1e4e7',
    grid: '#eceef0',
    accent: '#1f5f99',
    wash: '#1f5f9914',
    gain: '#0a66a8',
    loss: '#b54a06',
    candle: '#78818b',
    line0: '#0f766e',
    line1: '#8b3f8f',
    line2: '#8a6100',
    line3: '#4b5563',
    line4: '#3f6212',
    line5: '#9d174d',
    wheat: '#e3b04b',
    sound: '#bed0e1',
  },
  dark: {
    ground: '#0e1114',
    panel: '#15191d',
    raised: '#1d2227',
    ink: '#e4e8eb',
    muted: '#9aa4ae',
    rule: '#2a3036',
    grid: '#22272c',
    accent: '#79b8f0',
    wash: '#79b8f01f',
    gain: '#66b0ef',
    loss: '#f0925c',
    candle: '#8a949e',
    line0: '#4fd1b5',
    line1: '#d59be0',
    line2: '#e6c84a',
    line3: '#b8c0c8',
    line4: '#a3d977',
    line5: '#f28ab2',
    wheat: '#d9b45f',
    sound: '#2f4c66',
  },
}

/** A copy of a JSON value with every string `@role` replaced by the palette's colour of that role. */
export function paint<T>(value: T, palette: Palette): T {
  if (typeof value === 'string') {
    return (value.startsWith('@') && Object.hasOwn(palette, value.slice(1))
      ? palette[value.slice(1) as keyof Palette]
      : value) as unknown as T
  }
  if (Array.isArray(value)) return value.map((item) => paint(item, palette)) as unknown as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, palette)])) as T
}
