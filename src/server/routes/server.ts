import { answer } from '../answer.ts'
import { packageVersion } from '../package-version.ts'
import type { ServedRoute } from '../route.ts'

/** What this server is. */
export const server: ServedRoute = {
  method: 'GET',
  path: '/v2',
  open: false,
  summary: 'the name, version and extensions of the server',
  handle: async (_, { report }) =>
    answer({ name: 'tidemill', version: await packageVersion(report), extensions: ['model_list', 'content_type'] }),
}
