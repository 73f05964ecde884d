/** The page's own script: reports/page/*.ts in one, so that page and maker share formats, thinning and colours. */

import { fileURLToPath } from 'node:url'
import { escapeScript } from './html.ts'

let bundle: Promise<string> | null = null

async function build(): Promise<string> {
  const esbuild = await import('esbuild')
  // Beside this file the entry is TypeScript in the repository and JavaScript in a published package.
  const entry = new URL(`./page/main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
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

/** The bundled page script as the text of an inline script; built once in a process's life. */
export function pageScript(): Promise<string> {
  return (bundle ??= build())
}
