/**
 * The few parts of the browser that the workbench uses, typed here (the compiler settings leave the DOM library out on
 * purpose), and the one way in which elements are made: text is always text.
 */

export interface EventLike {
  readonly key: string
  readonly data: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly button: number
  readonly target: El | null
  preventDefault(): void
}

export interface El {
  textContent: string | null
  className: string
  id: string
  hidden: boolean
  open: boolean
  value: string
  checked: boolean
  disabled: boolean
  indeterminate: boolean
  readonly tagName: string
  readonly dataset: Record<string, string | undefined>
  readonly clientWidth: number
  readonly children: ArrayLike<El>
  readonly isConnected: boolean
  append(...nodes: readonly (El | string)[]): void
  prepend(...nodes: readonly (El | string)[]): void
  remove(): void
  focus(options?: { readonly preventScroll: boolean }): void
  click(): void
  showModal(): void
  close(): void
  replaceChildren(...nodes: readonly (El | string)[]): void
  setAttribute(name: string, value: string): void
  getAttribute(name: string): string | null
  removeAttribute(name: string): void
  querySelector(selector: string): El | null
  querySelectorAll(selector: string): Iterable<El>
  closest(selector: string): El | null
  addEventListener(type: string, listener: (event: EventLike) => void): void
}

export interface Source {
  readonly readyState: number
  addEventListener(type: string, listener: (event: EventLike) => void): void
  close(): void
}

interface Answer {
  readonly ok: boolean
  readonly status: number
  json(): Promise<unknown>
}

interface Browser {
  readonly document: El & {
    title: string
    readonly visibilityState: 'visible' | 'hidden'
    readonly documentElement: El
    readonly body: El
    readonly activeElement: El | null
    createElement(tag: string): El
    createElementNS(space: string, tag: string): El
    getElementById(id: string): El | null
  }
  readonly location: { readonly pathname: string; readonly search: string; readonly origin: string }
  readonly history: {
    pushState(state: unknown, title: string, url: string): void
    replaceState(state: unknown, title: string, url: string): void
  }
  readonly localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  readonly EventSource: new (url: string) => Source
  fetch(
    url: string,
    options: {
      readonly method: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      readonly cache: 'no-store'
    },
  ): Promise<Answer>
  matchMedia(query: string): { readonly matches: boolean; addEventListener(type: 'change', run: () => void): void }
  addEventListener(type: string, listener: (event: EventLike) => void): void
  scrollTo(x: number, y: number): void
}

export const browser = globalThis as unknown as Browser
export const { document } = browser

type Child = El | string | number | null | undefined | false | readonly Child[]

function appendAll(element: El, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    if (typeof child === 'string' || typeof child === 'number') element.append(String(child))
    else if (Array.isArray(child)) appendAll(element, child as readonly Child[])
    else element.append(child as El)
  }
}

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | ((event: EventLike) => void)>>

function setAll(element: El, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
}

/** A new element. Strings become text; a function is a listener of the event that its key names. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): El {
  const element = document.createElement(tag)
  setAll(element, attributes)
  appendAll(element, children)
  return element
}

/** The same for drawings. */
export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): El {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAll(element, attributes)
  appendAll(element, children)
  return element
}

export function byId(id: string): El {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}
