import { answer } from '../answer.ts'
import type { ServedRoute } from '../route.ts'

/** What this server is. */
export const server: ServedRoute = {
  method: 'GET',
  path: '/v2',
  open: false,
  summary: 'the name, version and extensions of the server',
  handle: async (_, { version }) => answer({ name: 'tidemill', version, extensions: ['model_list', 'content_type'] }),
}
