import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Generous: two shared cores; no test depends on elapsed time, this only ends a hang.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
