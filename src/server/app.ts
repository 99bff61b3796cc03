import type { Hono } from 'hono'
import { type Shown, showing } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { type Connection, guarded, type GuardOptions, type Principal, type Tokens, unauthorised } from '../security/index.ts'
import { type Clock, type Scheduler, systemScheduler } from '../time/index.ts'
import { answer, failed } from './answer.ts'
import type { ModelSource } from './model-source.ts'
import { defaultLimits, type Limits, type Route, type ServedRoute, type Service } from './route.ts'
import { routes } from './routes/index.ts'

export interface AppOptions {
  readonly models: ModelSource
  readonly tokens: Tokens
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
}

interface Env {
  readonly Bindings: { readonly principal: Principal | undefined }
}

/**
 * Models behind the Open Inference Protocol v2 (REST), behind `guarded`: every route but `/v2/health/live` wants a token, and so do paths that do not exist.
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
  const { report = toStandardError, scheduler = systemScheduler, models } = options
  const limits = checkLimits({ ...defaultLimits, ...options.limits })
  const service: Service = { models, limits, scheduler, report }
  let router: Promise<Hono<Env>> | undefined
  const open = new Set(routes.filter(route => route.open).map(route => `${route.method} ${route.path}`))
  const handle = async (request: Request, principal: Principal | undefined): Promise<Response> => {
    try {
      router ??= routerOf(routes, service)
      return await (await router).fetch(request, { principal })
    } catch (error) {
      return failed(error, report)
    }
  }
  return Object.freeze({
    fetch: guarded(handle, {
      tokens: options.tokens,
      hosts: options.hosts,
      failures: options.failures,
      clock: options.clock,
      open: (method, path) => open.has(`${method === 'HEAD' ? 'GET' : method} ${path}`),
    }),
    routes,
    ...showing(() => ({
      kind: 'keyValues',
      title: 'server',
      pairs: routes.map(route => [`${route.method} ${route.path}`, `${route.summary}${route.open ? ' (no token)' : ''}`]),
    })),
  })
}

async function routerOf(table: readonly ServedRoute[], service: Service): Promise<Hono<Env>> {
  const { Hono: Router } = await import('hono')
  const router = new Router<Env>()
  for (const route of table)
    router.on(route.method, route.path, context => {
      // The guard has looked already; what it lets in without a token must still be meant to be open.
      if (!route.open && context.env.principal === undefined) return unauthorised()
      return route.handle({ request: context.req.raw, params: context.req.param() }, service)
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
function checkOptions({ models, tokens }: { readonly models?: unknown; readonly tokens?: unknown } = {}): void {
  if (!hasMethod(models, 'get') || !hasMethod(models, 'names'))
    throw new TidemillError('server.argument', `models must be a source of models, not ${whatIs(models)}`, {
      hint: 'app({ models: fixedModels({ price: model }), tokens: known }), or workspaceModels(tm.models)',
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
