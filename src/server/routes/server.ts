import { readFile } from 'node:fs/promises'
import { TidemillError } from '../../errors/index.ts'
import { answer } from '../answer.ts'
import type { ServedRoute } from '../route.ts'

/** What this server is. */
export const server: ServedRoute = {
  method: 'GET',
  path: '/v2',
  open: false,
  summary: 'the name, version and extensions of the server',
  handle: async (_, { report }) => answer({ name: 'tidemill', version: await version(report), extensions: ['model_list', 'content_type'] }),
}

/** Read from the package, so that it is written down once. A bundle of an application has no such file: that is reported, and the version stays empty. */
async function version(report: (error: unknown) => void): Promise<string> {
  try {
    const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
    const own = JSON.parse(text) as { readonly name?: unknown; readonly version?: unknown }
    if (own.name === 'tidemill' && typeof own.version === 'string') return own.version
    throw new TidemillError('server.not-found', 'version of the package: the package.json near this module is that of another')
  } catch (error) {
    report(error)
    return ''
  }
}
