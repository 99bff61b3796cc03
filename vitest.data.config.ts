import type { ViteUserConfig } from 'vitest/config'

/** Reference answers over the real tables of `../shared/data`: `npm run test:data`. They are too large for the package, so `npm test` does without them. */
const config: ViteUserConfig = {
  resolve: { conditions: ['tidemill-source', 'node'] },
  ssr: { resolve: { conditions: ['tidemill-source', 'node'] } },
  test: {
    include: ['test/data/**/*.data.ts'],
    exclude: ['**/node_modules/**'],
    // As in vitest.config.ts: a thread that ends while DuckDB works takes the whole process along.
    pool: 'forks',
    execArgv: ['--conditions=tidemill-source'],
    testTimeout: 60_000,
  },
}

export default config
