import { TidemillError, whatIs } from '../../errors/index.ts'
import type { JobDetail, JobList, StopAsked } from '../api-types.ts'
import { answer } from '../answer.ts'
import { jobItem } from '../items.ts'
import { readBody } from '../read-body.ts'
import type { ServedRoute } from '../route.ts'

/** Bodies of the dashboard are some words. */
const mostBytes = 1024

/** Every job of the workspace. */
export const jobs: ServedRoute = {
  method: 'GET',
  path: '/api/jobs',
  open: false,
  summary: 'the jobs, the newest first',
  handle: async (_, service) => answer({ jobs: (await service.jobs.list()).map(jobItem) } satisfies JobList),
}
export const job: ServedRoute = {
  method: 'GET',
  path: '/api/jobs/:name',
  open: false,
  summary: 'the status of a job with its steps and history',
  handle: async ({ params }, service) => answer((await service.jobs.get(params['name'] ?? '')) satisfies JobDetail),
}
export const stopJob: ServedRoute = {
  method: 'POST',
  path: '/api/jobs/:name/stop',
  open: false,
  summary: 'asks a job to stop after a last checkpoint; { "drain": true } closes all windows first',
  handle: async ({ request, params }, service) => {
    const { drain = false } = wordsOf(await readBody(request, mostBytes), ['drain'])
    if (typeof drain !== 'boolean') throw new TidemillError('server.body', `drain must be true or false, not ${whatIs(drain)}`)
    const { name, state } = await service.jobs.stop(params['name'] ?? '', { drain })
    return answer({ name, state } satisfies StopAsked, 202)
  },
}

/** An object with these properties and no others. @throws server.body */
export function wordsOf(body: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new TidemillError('server.body', `body must be an object, not ${whatIs(body)}`)
  const unknown = Object.keys(body).filter(name => !names.includes(name))
  if (unknown.length > 0)
    throw new TidemillError(
      'server.body',
      `unknown property of the body: ${unknown.join(', ').slice(0, 100)} (have ${names.join(', ') || 'none'})`,
    )
  return body as Readonly<Record<string, unknown>>
}
