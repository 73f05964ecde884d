/** The pages' own scripts: reports/page/*.ts, each in one, so that page and maker share formats, thinning and colours. */

import { fileURLToPath } from 'node:url'
import { escapeScript } from './html.ts'

/** Entries in reports/page/: the run report, pages of panels, and those with controls of their own. */
export type PageScript = 'main' | 'panels' | 'sweep' | 'quality'

const bundles = new Map<PageScript, Promise<string>>()

async function build(name: PageScript): Promise<string> {
  const esbuild = await import('esbuild')
  // Beside this file the entry is TypeScript in the repository and JavaScript in a published package.
  const entry = new URL(`./page/${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
  })
  return escapeScript(outputFiles[0]!.text)
}

/** A bundled page script as the text of an inline script; each is built once in a process's life. */
export function pageScript(name: PageScript = 'main'): Promise<string> {
  const known = bundles.get(name) ?? build(name)
  bundles.set(name, known)
  return known
}
