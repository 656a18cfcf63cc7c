/** `SEED=7 npx vitest run` draws the same in each property test of every run; without it each run draws its own. */
const seed = process.env['SEED']
if (seed !== undefined) {
  const { configureGlobal } = await import('fast-check')
  configureGlobal({ seed: Number(seed) })
}

export {}
