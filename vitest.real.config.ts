import { defineConfig } from 'vitest/config'

/** Tests against real servers that `.ci/run` installs first. One file at a time: each starts servers of its own. */
export default defineConfig({
  test: {
    include: ['tests/real/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
})
