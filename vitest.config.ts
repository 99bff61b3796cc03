import type { ViteUserConfig } from 'vitest/config'
import { closingLine } from './test/closing-line.ts'

const config: ViteUserConfig = {
  resolve: { conditions: ['tidemill-source', 'node'] },
  ssr: { resolve: { conditions: ['tidemill-source', 'node'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/src/**/*.test.ts'],
    // They need a browser: vitest.browser.config.ts.
    exclude: ['**/node_modules/**', 'test/browser/**'],
    // A thread that ends while DuckDB works takes the whole process along; a process of its own does not.
    pool: 'forks',
    execArgv: ['--conditions=tidemill-source'],
    reporters: ['default', closingLine],
    testTimeout: 60_000,
    typecheck: { enabled: true, checker: 'tsc', tsconfig: './tsconfig.json', include: ['test/types/**/*.test-d.ts'] },
  },
}

export default config
