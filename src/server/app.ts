import type { Hono } from 'hono'
import { type Shown, showing } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import {
  type Connection,
  type Entry,
  failureLimit,
  guarded,
  type GuardOptions,
  type Principal,
  sessions,
  type Tokens,
  unauthorised,
} from '../security/index.ts'
import { jobsFolder } from '../telemetry/index.ts'
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../time/index.ts'
import { answer, failed } from './answer.ts'
import { feedOf } from './feed.ts'
import { fileJobs, type JobSource } from './job-source.ts'
import { fixedModels, type ModelSource } from './model-source.ts'
import { machineFigures } from './overview.ts'
import { defaultLimits, type Limits, type Route, type ServedRoute, type Service, type ToldWorkspace } from './route.ts'
import { routesOf } from './routes/index.ts'
import { serverMetrics } from './server-metrics.ts'
import { workspaceModels } from './workspace-models.ts'

export interface AppOptions {
  /** Models to predict with. Default: those of the workspace. */
  readonly models?: ModelSource | undefined
  readonly tokens: Tokens
  /** Streams to watch and to stop. Default: those of the workspace. */
  readonly jobs?: JobSource | undefined
  /** Its runs and models are listed. It is not closed with the server. */
  readonly workspace?: ToldWorkspace | undefined
  /** The folder of the dashboard: `dashboardFolder()`. Default: there is none, and nobody can sign in by a cookie. */
  readonly web?: string | undefined
  /** Names to answer for besides those of this machine: `models.example.com`. */
  readonly hosts?: readonly string[] | undefined
  readonly limits?: Partial<Limits> | undefined
  /** See `guarded`. */
  readonly failures?: GuardOptions['failures']
  /** Is told of faults of the server, which the asker learns no details of. Default: a line on standard error. */
  readonly report?: ((error: unknown) => void) | undefined
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
}
/** A server without a socket: requests in, answers out. */
export interface App extends Shown {
  /** Never throws; what is known of the socket helps the guard. */
  fetch(request: Request, connection?: Connection): Promise<Response>
  readonly routes: readonly Route[]
  /**
   * A link that signs a browser in, once, for ten minutes from now. The code stands behind `#`, so it is in no log of a server.
   *
   * @param url where the server listens: `http://127.0.0.1:8080`
   * @throws server.argument without a dashboard
   */
  onceLink(url: string): string
}

interface Env {
  readonly Bindings: { readonly principal: Principal | undefined; readonly entry: Entry; matched(path: string): void }
}

/**
 * Models behind the Open Inference Protocol v2 (REST), streams, runs and a dashboard, behind `guarded`: every route wants a token, and so do paths that do not exist. Open
 * are `/v2/health/live` and, with a dashboard, its page, which holds no data, and the signing in.
 *
 * It is a fetch handler: give it to `listen`, or to any runtime that has Request and Response.
 *
 * @example
 * const known = tokens()
 * const served = app({ models: fixedModels({ price: model }), tokens: known })
 * const { url } = await listen(served)
 * @throws server.argument; security.host for a host name of the wrong form
 */
export function app(options: AppOptions): App {
  checkOptions(options)
  const { report = toStandardError, scheduler = systemScheduler, clock = systemClock, web, tokens } = options
  const service = serviceOf(options, { report, scheduler, clock })
  const routes = routesOf({ web: web !== undefined })
  let router: Promise<Hono<Env>> | undefined
  const handle = async (request: Request, principal: Principal | undefined, entry: Entry): Promise<Response> => {
    const began = clock.monotonic()
    let path: string | undefined
    const matched = (found: string): void => void (path = found)
    let response: Response
    try {
      router ??= routerOf(routes, service)
      response = await (await router).fetch(request, { principal, entry, matched })
    } catch (error) {
      response = failed(error, report)
    }
    service.metrics.answered(path, request.method, response.status, clock.monotonic() - began)
    return response
  }
  return Object.freeze({
    fetch: guarded(handle, {
      tokens,
      hosts: options.hosts,
      failures: options.failures,
      clock,
      open: openTo(routes),
      // Without a dashboard a cookie counts for nothing.
      sessions: web === undefined ? undefined : service.sessions,
    }),
    routes,
    onceLink(url: string) {
      if (web === undefined)
        throw new TidemillError('server.argument', 'server without a dashboard: there is nothing to sign in to', {
          hint: 'app({ web: dashboardFolder(), ... })',
        })
      return `${url}/sign-in#once=${service.sessions.once()}`
    },
    ...showing(() => ({
      kind: 'keyValues',
      title: 'server',
      pairs: routes.map(route => [`${route.method} ${route.path}`, `${route.summary}${route.open ? ' (no token)' : ''}`]),
    })),
  })
}

function serviceOf(options: AppOptions, parts: Pick<Service, 'report' | 'scheduler' | 'clock'>): Service {
  const { workspace, tokens, failures, web } = options
  const { clock } = parts
  const jobs = options.jobs ?? (workspace === undefined ? noJobs : fileJobs(jobsFolder(workspace.folder), { clock }))
  const service: Omit<Service, 'feed'> = {
    ...parts,
    models: options.models ?? (workspace === undefined ? fixedModels({}) : workspaceModels(workspace.models)),
    jobs,
    workspace,
    web,
    sessions: sessions({ tokens, clock }),
    signInLimit: failureLimit({ ...failures, clock }),
    metrics: serverMetrics(),
    streams: { open: 0 },
    limits: checkLimits({ ...defaultLimits, ...options.limits }),
    machine: machineFigures(clock),
  }
  return { ...service, feed: feedOf(service) }
}

const noJobs: JobSource = Object.freeze({
  list: async () => [],
  get: async (name: string) => Promise.reject(noJob(name)),
  stop: async (name: string) => Promise.reject(noJob(name)),
})

function noJob(name: string): TidemillError {
  return new TidemillError('stream.unknown-job', `unknown job: ${name.slice(0, 100)} (there is none)`)
}

/** Whether a route that answers without a token stands under this path. */
function openTo(routes: readonly ServedRoute[]): (method: string, path: string) => boolean {
  const open = routes
    .filter(route => route.open)
    .map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`) }))
  return (method, path) => open.some(route => route.method === (method === 'HEAD' ? 'GET' : method) && route.pattern.test(path))
}

async function routerOf(table: readonly ServedRoute[], service: Service): Promise<Hono<Env>> {
  const { Hono: Router } = await import('hono')
  const router = new Router<Env>()
  for (const route of table)
    router.on(route.method, route.path, context => {
      const { principal, entry, matched } = context.env
      matched(route.path)
      // The guard has looked already; what it lets in without a token must still be meant to be open.
      if (!route.open && principal === undefined) return unauthorised()
      return route.handle({ request: context.req.raw, params: context.req.param(), entry }, service)
    })
  for (const path of new Set(table.map(route => route.path)))
    router.all(path, context => {
      const have = table.filter(route => route.path === path).flatMap(route => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]))
      return answer({ error: `method not served: ${context.req.method} (have ${have.join(', ')})`, code: 'server.not-found' }, 405, {
        allow: have.join(', '),
      })
    })
  router.notFound(context => {
    const { path } = context.req
    return failed(
      new TidemillError('server.not-found', `nothing served under ${path.slice(0, 200)}`, { hint: 'GET /v2/models lists the models' }),
      service.report,
    )
  })
  router.onError(error => failed(error, service.report))
  return router
}

/** What a program without types may get wrong. */
function checkOptions(options: { readonly [K in keyof AppOptions]?: unknown } = {}): void {
  const { models, tokens, jobs, workspace, web } = options
  if (models !== undefined && !(hasMethod(models, 'get') && hasMethod(models, 'names')))
    throw new TidemillError('server.argument', `models must be a source of models, not ${whatIs(models)}`, {
      hint: 'app({ models: fixedModels({ price: model }), tokens: known }), or workspaceModels(tm.models)',
    })
  if (jobs !== undefined && !(hasMethod(jobs, 'get') && hasMethod(jobs, 'list') && hasMethod(jobs, 'stop')))
    throw new TidemillError('server.argument', `jobs must be a source of jobs, not ${whatIs(jobs)}`, {
      hint: "app({ jobs: fileJobs('.tidemill/jobs'), tokens: known })",
    })
  if (workspace !== undefined && !hasMethod((workspace as Readonly<Record<string, unknown>> | null)?.['runs'], 'list'))
    throw new TidemillError('server.argument', `workspace must be an opened workspace, not ${whatIs(workspace)}`, {
      hint: "app({ workspace: await openWorkspace('.tidemill'), tokens: known })",
    })
  if (web !== undefined && typeof web !== 'string')
    throw new TidemillError('server.argument', `web must be the folder of the dashboard, not ${whatIs(web)}`, {
      hint: 'web: dashboardFolder()',
    })
  if (!hasMethod(tokens, 'verify'))
    throw new TidemillError('server.argument', `tokens must be a list of tokens, not ${whatIs(tokens)}`, {
      hint: "const known = tokens(); known.issue({ name: 'me' }).token",
    })
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Readonly<Record<string, unknown>>)[name] === 'function'
}

function checkLimits(limits: Limits): Limits {
  for (const [name, value] of Object.entries(limits) as [string, unknown][])
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw new TidemillError('server.argument', `limit ${name} must be a whole number above 0, not ${whatIs(value)}`)
  return limits
}

function toStandardError(error: unknown): void {
  process.stderr.write(`tidemill server: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
