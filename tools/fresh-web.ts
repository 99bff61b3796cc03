// Builds the dashboard into dist/web when it is not there or older than its source; takes nothing when it is fresh, about a second when not.
import { existsSync, globSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = `${root}dist/web/index.html`
const sources = globSync(['web/**/*.{ts,tsx,css,html,svg,json}', 'package-lock.json'], { cwd: root })
const newest = Math.max(...sources.map(path => statSync(`${root}${path}`).mtimeMs))
if (!existsSync(built) || statSync(built).mtimeMs < newest) {
  const { build } = await import('vite')
  await build({ configFile: `${root}web/vite.config.ts` })
}
