import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Generous: two shared cores; no test depends on elapsed time, this only ends a hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By itself a poll gives up after one second.
    expect: { poll: { timeout: 60_000 } },
    // By itself vitest leaves a core idle, which is half of a machine with two.
    maxWorkers: Math.max(2, availableParallelism()),
    // What is built is asked as it is, not compiled again.
    server: { deps: { external: [/\/dist\//] } },
  },
})
