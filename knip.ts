import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: [
        // Every room has a face; the public ones among them are the exports of package.json (test/exports.test.ts keeps that so).
        'src/{*,engines/*}/index.ts!',
        'src/cli/main.ts!',
        // Loaded into the program that `tidemill run` starts.
        'src/cli/run-preload.ts!',
        // Modules that threads import by URL.
        'src/workers/pool-worker.ts!',
        'src/engines/embedded/streaming/job/job-worker.ts!',
        'src/mapreduce/{map,reduce}-task.ts!',
        'src/connectors/*-driver.ts!',
        'src/ml/revive.ts!',
        // Programs that tests, people and the pool of a test run as they are.
        '{src,test}/**/fixtures/**/*.ts',
        'test/**/*.test-d.ts',
        'examples/**/*.ts',
        // Both sides of the cases of `npm run bench batch`, each in a process of its own.
        'bench/batch/{ours,duckdb}.ts',
        // The page of the dashboard, for Vite, and what the browser tests read as a file.
        'web/src/main.tsx',
        'web/vite.config.ts',
        'test/browser/**/*.ts',
        'tools/**/*.{ts,mjs}',
      ],
      project: ['src/**/*.ts!', 'test/**/*.ts', 'bench/**/*.ts', 'tools/**/*.ts', 'examples/**/*.ts', 'web/**/*.{ts,tsx}'],
    },
    'tools/node': {},
  },
  ignoreExportsUsedInFile: true,
}

export default config
