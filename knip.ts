import { readFileSync } from 'node:fs'
import type { KnipConfig } from 'knip'

/** The faces that users import are the entries; so nothing has to be listed twice. */
const { exports } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { exports: Record<string, unknown> }
const faces = Object.values(exports).flatMap(target =>
  typeof target === 'object' && target !== null && 'tidemill-source' in target ? [`${String(target['tidemill-source']).slice(2)}!`] : [],
)

const config: KnipConfig = {
  workspaces: {
    '.': {
      // Besides the faces: the command line, and the modules that threads import by URL.
      entry: [...faces, 'src/cli/main.ts!', 'test/**/*.test-d.ts', 'examples/**/*.ts', 'bench/main.ts', 'tools/**/*.{ts,mjs}'],
      project: ['src/**/*.ts!', 'test/**/*.ts', 'bench/**/*.ts', 'tools/**/*.ts', 'examples/**/*.ts'],
    },
    'tools/node': {},
  },
}

export default config
