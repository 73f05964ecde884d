/**
 * Bundles a user's strategy file with esbuild, once, in the main thread; workers import the result.
 *
 * The bundle exists in two spellings. The symbolic one names packages as the user did (`tandem`, `zod`) and paths
 * relative to the strategy: its SHA-256 is the strategy's fingerprint, the same on every machine and wherever the
 * project lies. The one that is imported names them by file URL, so that the strategy's imports resolve from where its
 * file lies, and `tandem` to this installation.
 */

import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BuildFailure, OnResolveArgs, Plugin, PluginBuild } from 'esbuild'
import { TandemError } from '../core/errors.ts'
import { sha256Hex } from './canonical.ts'
import { installationRoot } from './installation.ts'

export interface StrategyBundle {
  /** SHA-256 (hex) of the symbolic bundle. */
  readonly hash: string
  /** The symbolic bundle itself: what `hash` is the hash of. */
  readonly code: string
  /** The module to import. */
  readonly bundlePath: string
}

/** Marks a package's name in the symbolic bundle, so that it can be told from any other text. */
const MARK = 'tandem-external:'

const PASSING = Symbol('already asked')

/** Bundles `file` into `cacheFolder`. Throws `STRATEGY_BROKEN` where it can't be built, naming file, line and column. */
export async function bundleStrategy(file: string, cacheFolder: string): Promise<StrategyBundle> {
  const entry = realpathSync(file)
  const urls = new Map<string, string>()
  const { code, map } = await build(entry, cacheFolder, [resolvePackages(urls)])
  const hash = sha256Hex(code)
  if (urls.has('tandem')) urls.set('tandem', await tandemUrl(cacheFolder))
  const linked = link(code, urls)
  const bundlePath = join(cacheFolder, `${hash}.mjs`)
  const inlineMap = Buffer.from(map, 'utf8').toString('base64')
  writeOnce(bundlePath, `${linked}//# sourceMappingURL=data:application/json;base64,${inlineMap}\n`)
  return { hash, code, bundlePath }
}

const EXTERNAL = /(["'])tandem-external:([^"'\n]+)\1/g

function link(code: string, urls: ReadonlyMap<string, string>): string {
  return code.replace(EXTERNAL, (_, _quote, name: string) => JSON.stringify(urls.get(name) ?? name))
}

/**
 * A symbolic bundle that came from elsewhere, made this machine's, in `cacheFolder`: `tandem` is this installation,
 * other packages are those that are found from `folder`, or tandem's own. Throws `PACKAGE_MISSING`.
 */
export async function linkSymbolic(code: string, cacheFolder: string, folder: string): Promise<string> {
  const urls = new Map<string, string>()
  for (const [, , name] of code.matchAll(EXTERNAL)) {
    urls.set(name!, name === 'tandem' ? await tandemUrl(cacheFolder) : installedUrl(name!, folder))
  }
  const linked = link(code, urls)
  const path = join(cacheFolder, `${sha256Hex(linked)}.mjs`)
  writeOnce(path, linked)
  return path
}

function installedUrl(name: string, folder: string): string {
  for (const from of [folder, installationRoot()]) {
    try {
      return pathToFileURL(createRequire(join(from, 'package.json')).resolve(name)).href
    } catch {
      // Not there: the next place.
    }
  }
  throw new TandemError(`the strategy needs the package '${name}', which isn't installed here`, {
    code: 'PACKAGE_MISSING',
    where: folder,
    hint: `npm install ${name} in that folder`,
  })
}

async function build(entry: string, cacheFolder: string, plugins: Plugin[]): Promise<{ code: string; map: string }> {
  const esbuild = await import('esbuild')
  try {
    const result = await esbuild.build({
      entryPoints: [entry],
      absWorkingDir: dirname(entry),
      outfile: join(cacheFolder, 'bundle.mjs'),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'external',
      legalComments: 'none',
      // A tsconfig.json somewhere above would make the bundle depend on the machine.
      tsconfigRaw: { compilerOptions: { target: 'es2022', verbatimModuleSyntax: false } },
      logLevel: 'silent',
      plugins,
    })
    const textOf = (ending: string) => result.outputFiles.find(({ path }) => path.endsWith(ending))!.text
    return { code: textOf('.mjs'), map: textOf('.map') }
  } catch (error) {
    throw buildError(entry, error)
  }
}

function buildError(entry: string, error: unknown): TandemError {
  const first = (error as Partial<BuildFailure>).errors?.[0]
  const location = first?.location
  const where =
    location === null || location === undefined
      ? entry
      : `${join(dirname(entry), location.file)}:${location.line}:${location.column + 1}`
  return new TandemError(first?.text ?? (error as Error).message, { code: 'STRATEGY_BROKEN', where, cause: error })
}

/** Leaves packages outside the bundle, marked, and notes in `urls` where each lies as seen from its importer. */
function resolvePackages(urls: Map<string, string>): Plugin {
  return {
    name: 'tandem-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async (args) => {
        // An absolute path (a drive letter on Windows) is no package.
        if (args.kind === 'entry-point' || args.pluginData === PASSING || /^[A-Za-z]:[\\/]/.test(args.path)) return
        if (isBuiltin(args.path)) return { path: args.path, external: true }
        const url = args.path === 'tandem' ? 'here' : await locate(build, args)
        if (url === null) {
          return { errors: [{ text: `the package '${args.path}' isn't installed where the strategy lies` }] }
        }
        urls.set(args.path, url)
        return { path: `${MARK}${args.path}`, external: true }
      })
    },
  }
}

async function locate(build: PluginBuild, args: OnResolveArgs): Promise<string | null> {
  const { kind, importer, path } = args
  const ask = (resolveDir: string) => build.resolve(path, { resolveDir, kind, importer, pluginData: PASSING })
  let found = await ask(args.resolveDir)
  // zod is part of what tandem offers; a strategy needn't install it.
  if (found.errors.length > 0 && path === 'zod') found = await ask(installationRoot())
  return found.errors.length > 0 ? null : pathToFileURL(found.path).href
}

/** Leaves what the public API loads only when it is called where it lies: strategies never ask for it. */
const LATER: Plugin = {
  name: 'tandem-later',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) =>
      kind === 'dynamic-import' ? { path: pathToFileURL(join(resolveDir, path)).href, external: true } : undefined,
    )
  },
}

/** The public API of this installation. Run from its TypeScript source (tests), it is bundled too: Node 20 can't read it. */
async function tandemUrl(cacheFolder: string): Promise<string> {
  const built = new URL('../index.js', import.meta.url)
  if (existsSync(built)) return built.href
  const urls = new Map<string, string>()
  const source = fileURLToPath(new URL('../index.ts', import.meta.url))
  const { code } = await build(source, cacheFolder, [LATER, resolvePackages(urls)])
  const linked = link(code, urls)
  const path = join(cacheFolder, `tandem-${sha256Hex(linked)}.mjs`)
  writeOnce(path, linked)
  return pathToFileURL(path).href
}

/** Stands for the folder of tandem's installation in a bundle that travels. */
const ROOT = 'tandem-installation:/'

/** A bundle for another machine: what lies in this installation is named relative to it; the source map stays here. */
export function portableBundle(code: string): string {
  const root = `${pathToFileURL(installationRoot()).href}/`
  return code.replace(/\n\/\/# sourceMappingURL=[^\n]*\n?$/, '\n').replaceAll(root, ROOT)
}

/** A portable bundle, made this installation's, in `cacheFolder`. */
export function unpackBundle(portable: string, cacheFolder: string): string {
  const code = portable.replaceAll(ROOT, `${pathToFileURL(installationRoot()).href}/`)
  const path = join(cacheFolder, `${sha256Hex(code)}.mjs`)
  writeOnce(path, code)
  return path
}

/** Writes under another name and renames, so that no reader ever sees half a file; leaves an equal file alone. */
function writeOnce(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.part`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}
