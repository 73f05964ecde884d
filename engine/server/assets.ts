/** The page's own files: a shell, a style sheet, and ES modules as the compiler left them. No bundler, no other host. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { html } from '../../reports/html.ts'
import { workbenchStyle } from './style.ts'

export interface Asset {
  readonly type: string
  readonly text: string
}

/** Beside this file the modules are TypeScript in the repository and JavaScript once built. */
const FOLDER = new URL('./page/', import.meta.url)
const IS_SOURCE = import.meta.url.endsWith('.ts')

export interface Assets {
  /** Hash over all of them: part of their addresses, so that a browser may keep each for good. */
  readonly version: string
  /** Null for a name that isn't one of them. */
  of(name: string): Asset | null
  /** The one document: everything on it comes from the API. `server`: what the page would ask first, for who is signed in. */
  shell(server: unknown): string
}

export async function loadAssets(): Promise<Assets> {
  const modules = await readModules()
  const style = workbenchStyle()
  const hash = createHash('sha256').update(style)
  for (const name of [...modules.keys()].sort()) hash.update(name).update(modules.get(name)!)
  const version = hash.digest('hex').slice(0, 16)
  return {
    version,
    of(name) {
      if (name === 'style.css') return { type: 'text/css; charset=utf-8', text: style }
      const text = modules.get(name)
      return text === undefined ? null : { type: 'text/javascript; charset=utf-8', text }
    },
    shell: (server) => shell(version, [...modules.keys()], server),
  }
}

async function readModules(): Promise<Map<string, string>> {
  const ending = IS_SOURCE ? '.ts' : '.js'
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(ending) && !name.endsWith('.d.ts'))
  const found = new Map<string, string>()
  for (const name of names) {
    const text = readFileSync(new URL(name, FOLDER), 'utf8')
    found.set(name.replace(/\.ts$/, '.js'), IS_SOURCE ? await compiled(text) : text)
  }
  return found
}

/** In the repository, without a build: types away, `.ts` in imports becomes `.js`. */
async function compiled(source: string): Promise<string> {
  const { transform } = await import('esbuild')
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' })
  return code.replace(/(from\s*["']\.\/[\w-]+)\.ts(["'])/g, '$1.js$2')
}

/** All modules are asked for at once, not one after the other as each import is met. */
function shell(version: string, modules: readonly string[], server: unknown): string {
  const base = `/assets/${version}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="tandem-server" content="${server === null ? '' : JSON.stringify(server)}">
<title>tandem workbench</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/style.css">
${modules.map((name) => html`<link rel="modulepreload" href="${base}/${name}">`)}
<script type="module" src="${base}/main.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header id="bar"></header>
<div id="notices" role="status" aria-live="polite"></div>
<main id="main" tabindex="-1"></main>
<noscript><p class="notice">The workbench needs JavaScript.</p></noscript>
</body>
</html>
`.markup
}
