import type { ViteUserConfig } from 'vitest/config'
import { closingLine } from './test/closing-line.ts'

/** Tests that look at the dashboard in a browser: `npm run test:browser`. They want a Chromium, and fail without one. */
const config: ViteUserConfig = {
  resolve: { conditions: ['tidemill-source', 'node'] },
  ssr: { resolve: { conditions: ['tidemill-source', 'node'] } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    pool: 'forks',
    execArgv: ['--conditions=tidemill-source'],
    reporters: ['default', closingLine],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}

export default config
