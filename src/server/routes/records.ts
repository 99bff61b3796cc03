import { TidemillError } from '../../errors/index.ts'
import type { ModelDetail, ModelList, RunDetail, RunList } from '../api-types.ts'
import { answer } from '../answer.ts'
import { aliasItem, runDetail, versionItem } from '../items.ts'
import { modelItems, orNone, runItems } from '../overview.ts'
import type { ServedRoute, Service } from '../route.ts'

const mostRuns = 1000
const changesShown = 100

/** Runs and registered models of the workspace. */
export const runs: ServedRoute = {
  method: 'GET',
  path: '/api/runs',
  open: false,
  summary: 'runs, the newest first; ?experiment=NAME and ?limit=N (100)',
  handle: async ({ request }, service) => {
    const query = new URL(request.url).searchParams
    const experiment = query.get('experiment')
    const found = await runItems(service, { limit: limitOf(query.get('limit')), ...(experiment === null ? {} : { experiment }) })
    return answer({ runs: found } satisfies RunList)
  },
}
export const run: ServedRoute = {
  method: 'GET',
  path: '/api/runs/:run',
  open: false,
  summary: 'all that a run wrote down',
  handle: async ({ params }, service) => {
    const id = params['run'] ?? ''
    const [found] = await orNone(async () => [await known(service, 'run', id).runs.get(id)])
    if (found === undefined) throw unknown('run', id)
    return answer(runDetail(found) satisfies RunDetail)
  },
}
export const registered: ServedRoute = {
  method: 'GET',
  path: '/api/models',
  open: false,
  summary: 'the registered models with their aliases',
  handle: async (_, service) => answer({ models: await modelItems(service) } satisfies ModelList),
}
export const registeredModel: ServedRoute = {
  method: 'GET',
  path: '/api/models/:name',
  open: false,
  summary: 'the versions of a registered model, and how its aliases moved',
  handle: async ({ params }, service) => {
    const name = params['name'] ?? ''
    const { models } = known(service, 'model', name)
    const versions = await orNone(() => models.versions(name))
    if (versions.length === 0) throw unknown('model', name)
    const [aliases, history] = await Promise.all([models.aliases(name), models.history(name)])
    return answer({
      name,
      aliases,
      versions: versions.map(versionItem),
      history: history.slice(0, changesShown).map(aliasItem),
    } satisfies ModelDetail)
  },
}

function known({ workspace }: Service, what: 'run' | 'model', name: string): NonNullable<Service['workspace']> {
  if (workspace === undefined) throw unknown(what, name)
  return workspace
}

function unknown(what: 'run' | 'model', name: string): TidemillError {
  return new TidemillError(`models.unknown-${what}`, `unknown ${what}: ${name.slice(0, 100)} (there is none)`)
}

/** `?limit=`. @throws server.body */
export function limitOf(text: string | null): number {
  if (text === null) return 100
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= mostRuns) return Number(text)
  throw new TidemillError('server.body', `limit must be a whole number from 1 to ${mostRuns}, not ${text.slice(0, 40)}`)
}
