import type { KeptDetail, KeptList } from '../api-types.ts'
import { answer } from '../answer.ts'
import { keptDetail, keptList } from '../kept-items.ts'
import type { ServedRoute } from '../route.ts'
import { limitOf } from './records.ts'

/** Runs of tables and MapReduce jobs that were kept: `{ keep: 'name' }`. */
export const keptRunsRoute: ServedRoute = {
  method: 'GET',
  path: '/api/kept',
  open: false,
  summary: 'kept runs of tables and MapReduce jobs, the newest first; ?name=NAME and ?limit=N (100)',
  handle: async ({ request }, service) => {
    const query = new URL(request.url).searchParams
    const found = await keptList(service.workspace, { name: query.get('name') ?? undefined, limit: limitOf(query.get('limit')) })
    return answer(found satisfies KeptList)
  },
}
export const keptRunRoute: ServedRoute = {
  method: 'GET',
  path: '/api/kept/:kept',
  open: false,
  summary: 'program, plan, inputs, figures and first rows of a kept run',
  handle: async ({ params }, service) => answer((await keptDetail(service.workspace, params['kept'] ?? '')) satisfies KeptDetail),
}
