/**
 * The few parts of the browser that the page's script uses, typed here. The program's compiler settings leave the DOM
 * library out on purpose, so that `name`, `open` or `close` are never silently a window's in the rooms that decide.
 */

export interface PointerLike {
  readonly key: string
  readonly clientX: number
  readonly clientY: number
  readonly button: number
  readonly shiftKey: boolean
  readonly target: El | null
  readonly newURL?: string
  preventDefault(): void
}

export interface El {
  textContent: string | null
  className: string
  hidden: boolean
  open: boolean
  value: string
  disabled: boolean
  checked: boolean
  readonly dataset: Record<string, string | undefined>
  readonly clientWidth: number
  readonly content: { cloneNode(deep: boolean): El }
  append(...nodes: readonly (El | string)[]): void
  remove(): void
  click(): void
  focus(): void
  select(): void
  replaceChildren(...nodes: readonly (El | string)[]): void
  setAttribute(name: string, value: string): void
  getAttribute(name: string): string | null
  removeAttribute(name: string): void
  querySelector(selector: string): El | null
  querySelectorAll(selector: string): Iterable<El>
  closest(selector: string): El | null
  scrollIntoView(options: { readonly block: string; readonly behavior?: string }): void
  addEventListener(type: string, listener: (event: PointerLike) => void): void
  getBoundingClientRect(): { readonly left: number; readonly top: number; readonly width: number }
}

interface MediaQuery {
  readonly matches: boolean
  addEventListener(type: 'change', listener: () => void): void
}

interface Browser {
  readonly document: El & {
    readonly documentElement: El
    readonly body: El
    createElement(tag: string): El
    createElementNS(namespace: string, tag: string): El
    getElementById(id: string): El | null
  }
  readonly location: { readonly hash: string }
  readonly localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  readonly navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } }
  matchMedia(query: string): MediaQuery
  addEventListener(type: string, listener: (event: PointerLike) => void): void
  requestAnimationFrame(callback: () => void): number
  setTimeout(callback: () => void, ms: number): number
  readonly innerHeight: number
  readonly vega: {
    parse(spec: unknown): unknown
    View: new (runtime: unknown, options: Readonly<Record<string, unknown>>) => View
  }
}

/** A drawn Vega chart. Setters return the view; nothing is drawn before `run`. */
export interface View {
  signal(name: string, value: unknown): View
  signal(name: string): unknown
  data(name: string, rows: readonly unknown[]): View
  width(pixels: number): View
  height(pixels: number): View
  scale(name: string): ((value: number) => number) & { invert(pixel: number): number }
  origin(): readonly [number, number]
  run(): View
  finalize(): View
  addSignalListener(name: string, listener: (name: string, value: unknown) => void): View
  toSVG(): Promise<string>
  toImageURL(type: 'png', scale: number): Promise<string>
}

export const browser = globalThis as unknown as Browser
export const { document } = browser

/** An element that the page's template is known to have. */
export function byId(id: string): El {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** A new element with attributes and children; strings become text. */
export function create(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (El | string)[]
): El {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}
