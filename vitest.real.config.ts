import { defineConfig } from 'vitest/config'

/** Tests against real servers that `.ci/run` installs first. One file at a time: each starts servers of its own. */
export default defineConfig({
  test: {
    include: ['tests/real/**/*.test.ts'],
    fileParallelism: false,
    // Real servers and a real browser on a machine shared with others: what fails once is told, and tried once more.
    retry: 1,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
})
