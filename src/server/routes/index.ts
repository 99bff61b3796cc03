/** Every route of the server. There is no other list: the router and the test of access are made of this one. */
import type { ServedRoute } from '../route.ts'
import { live, ready } from './health.ts'
import { infer, versionInfer } from './infer.ts'
import { job, jobs, stopJob } from './jobs.ts'
import { keptRunRoute, keptRunsRoute } from './kept.ts'
import { events, metrics, overview } from './live.ts'
import { model, modelReady, models, version, versionReady } from './models.ts'
import { assets, pages, signIn, signOut } from './pages.ts'
import { registered, registeredModel, run, runs } from './records.ts'
import { server } from './server.ts'

const frozen = (list: readonly ServedRoute[]): readonly ServedRoute[] => Object.freeze(list.map(route => Object.freeze(route)))

const inference = [server, live, ready, models, model, modelReady, infer, version, versionReady, versionInfer]
const api = [overview, events, jobs, job, stopJob, runs, run, keptRunsRoute, keptRunRoute, registered, registeredModel, metrics]
const dashboard = [...pages, assets, signIn, signOut]

/** The routes of a server; those of pages and sessions only where it has a dashboard. */
export function routesOf({ web }: { readonly web: boolean }): readonly ServedRoute[] {
  return web ? allRoutes : plainRoutes
}
const plainRoutes = frozen([...inference, ...api])
const allRoutes = frozen([...inference, ...api, ...dashboard])
