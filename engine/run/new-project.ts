/** `tandem init`: a project folder with a run file, a strategy and its test, and what an editor needs. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { TandemError } from '../core/errors.ts'
import { configJsonSchema } from './config/index.ts'
import { installationRoot, tandemVersion } from './installation.ts'
import { writeStrategy } from './new-strategy.ts'

export interface NewProject {
  readonly folder: string
  /** The files written, relative to the folder. */
  readonly files: readonly string[]
  /** Commands to go on with. */
  readonly next: readonly string[]
}

/**
 * Writes the project into `folder`. Throws `BAD_NAME` for the strategy's name, `FILE_EXISTS` where one of its files is
 * there already; both before anything is written.
 */
export function writeProject(folder: string, strategy: string): NewProject {
  const texts: Readonly<Record<string, string>> = {
    'run.yaml': runFile(strategy),
    'tandem.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
    'package.json': packageFile(folder),
    'tsconfig.json': TSCONFIG,
    '.gitignore': 'node_modules/\nruns/\ndatasets/store/\n.tandem/\n',
    'README.md': readme(strategy),
  }
  for (const name of Object.keys(texts)) {
    const path = join(folder, name)
    if (existsSync(path)) {
      throw new TandemError('this file exists already', {
        code: 'FILE_EXISTS',
        where: path,
        hint: 'name a new folder: tandem init FOLDER',
      })
    }
  }
  const { files } = writeStrategy(folder, strategy)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, { flag: 'wx' })
  return {
    folder,
    files: [...files.map((path) => basename(path)), ...Object.keys(texts)],
    next: [SYNTH, 'tandem backtest run.yaml', `tandem check ${strategy}.ts --config run.yaml`],
  }
}

const SYNTH =
  'tandem data synth --model regime --seed 1 --bars 26280 --venue kraken --symbol BTC/USD --timeframe 1h --start 2022-01-01'

function runFile(strategy: string): string {
  return `# yaml-language-server: $schema=./tandem.schema.json
# Everything but strategy and data has a default; tandem backtest writes the whole of it into the run's config.yaml.
name: ${strategy}
strategy: { file: ./${strategy}.ts, params: { length: 50 } }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }
account: { quote: USD, equity: 1000 }

# tandem sweep run.yaml
sweep:
  space:
    length: { from: 20, to: 200, step: 20 }
`
}

/** tandem itself is the copy that wrote the project: an editor finds its types there. */
function packageFile(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
  const content = {
    name: name === '' ? 'tandem-project' : name,
    private: true,
    type: 'module',
    scripts: { test: 'vitest run' },
    devDependencies: { tandem: `file:${installationRoot()}`, vitest: '4.1.12' },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "lib": ["es2023"],
    "types": [],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["*.ts"]
}
`

function readme(strategy: string): string {
  return `# A tandem project

Made by tandem ${tandemVersion()}.

| | |
|---|---|
| \`run.yaml\` | what is run: strategy, data, account; editors complete it by \`tandem.schema.json\` |
| \`${strategy}.ts\` | the strategy |
| \`${strategy}.test.ts\` | its test: \`npm install && npm test\` |

    ${SYNTH}
    tandem backtest run.yaml          # a run, and its report in runs/
    tandem sweep run.yaml             # the values of sweep:
    tandem validate run.yaml          # may it go live?

Real candles instead of the synthetic ones: \`tandem data import FILE --venue kraken --symbol BTC/USD --timeframe 1h\`.
`
}
