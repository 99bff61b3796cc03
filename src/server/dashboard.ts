import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TidemillError } from '../errors/index.ts'
import { pagePolicy } from '../security/index.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}
/** What Vite writes before the ending of a file whose name tells its content: `index-DfT4_k2x.js`. */
const hashed = /-[\w-]{8}\.\w+$/

/**
 * The folder of the dashboard that comes with the package. In a working copy it is there once it was built.
 *
 * @example
 * const served = app({ tokens: known, web: dashboardFolder() })
 */
export function dashboardFolder(): string {
  return fileURLToPath(new URL('../../dist/web', import.meta.url))
}

/** The one page of the dashboard, which shows all screens. @throws server.not-found when it was not built */
export async function page(folder: string): Promise<Response> {
  return fileAnswer(await bytesOf(folder, 'index.html'), 'index.html')
}

/** A script, style or picture of the page. @throws server.not-found */
export async function asset(folder: string, name: string): Promise<Response> {
  return fileAnswer(await bytesOf(join(folder, 'assets'), name), name)
}

/** A path is never made of what was asked for: it must be the very name of a file that is there. */
async function bytesOf(folder: string, name: string): Promise<Buffer<ArrayBuffer>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new TidemillError('server.not-found', 'the dashboard was not built', { hint: 'npm run build:web' })
  })
  const found = entries.find(entry => entry.isFile() && entry.name === name)
  if (found === undefined) throw new TidemillError('server.not-found', `no such file of the dashboard: ${name.slice(0, 100)}`)
  return readFile(join(folder, found.name))
}

function fileAnswer(bytes: Buffer<ArrayBuffer>, name: string): Response {
  return new Response(bytes, {
    headers: {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-security-policy': pagePolicy,
      // The page names the newest files, so it is asked for each time.
      'cache-control': hashed.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}
