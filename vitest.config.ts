import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Generous: two shared cores, and a machine may be ten times as busy; no test depends on elapsed time, this only ends a hang.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // By itself a second, which a busy machine takes for nothing at all.
    expect: { poll: { timeout: 250_000 } },
    // By itself vitest leaves a core idle, which is half of a machine with two.
    maxWorkers: Math.max(2, availableParallelism()),
    // What is built is asked as it is, not compiled again.
    server: { deps: { external: [/\/dist\//] } },
  },
})
