import { TidemillError, whatIs } from '../../errors/index.ts'
import type { SignedIn, SignedOut } from '../api-types.ts'
import { answer, failed } from '../answer.ts'
import { asset, page } from '../dashboard.ts'
import { readBody } from '../read-body.ts'
import type { ServedRoute } from '../route.ts'
import { wordsOf } from './jobs.ts'

const mostBytes = 1024

/** Addresses of the dashboard: one page answers them all, holds no data, and asks the API for what it shows. */
const screens: readonly (readonly [path: string, summary: string])[] = [
  ['/', 'the dashboard'],
  ['/sign-in', 'where the one-time link leads'],
  ['/streams', 'the jobs'],
  ['/streams/:name', 'a job'],
  ['/runs', 'the runs'],
  ['/runs/:run', 'a run'],
  ['/kept', 'the kept runs'],
  ['/kept/:kept', 'a kept run'],
  ['/models', 'the models'],
  ['/models/:name', 'a model'],
]
export const pages: readonly ServedRoute[] = screens.map(([path, summary]) => ({
  method: 'GET',
  path,
  open: true,
  summary: `page: ${summary}`,
  handle: async (_, { web = '' }) => page(web),
}))
export const assets: ServedRoute = {
  method: 'GET',
  path: '/assets/:name',
  open: true,
  summary: 'scripts and styles of the page',
  handle: async ({ params }, { web = '' }) => asset(web, params['name'] ?? ''),
}

/** Gives a cookie for a one-time code, or for the token that the server printed. A peer with too many failures is told to wait, and a good code is taken even then. */
export const signIn: ServedRoute = {
  method: 'POST',
  path: '/api/sign-in',
  open: true,
  summary: 'a cookie for the code of a one-time link: { "once": CODE }',
  handle: async ({ request, entry }, { sessions, signInLimit, report }) => {
    const { once } = wordsOf(await readBody(request, mostBytes), ['once'])
    if (typeof once !== 'string') throw new TidemillError('server.body', `once must be a code, not ${whatIs(once)}`)
    try {
      const { principal, cookie } = sessions.enter(once, request)
      const { name, expires } = principal
      return answer({ name, expires: expires?.getTime() ?? 0 } satisfies SignedIn, 200, { 'set-cookie': cookie })
    } catch (error) {
      const wait = signInLimit.failed(entry.connection.peer ?? '')
      if (wait === 0) return failed(error, report)
      return answer({ error: 'too many tries to sign in', code: 'security.once' }, 429, { 'retry-after': String(wait) })
    }
  },
}
export const signOut: ServedRoute = {
  method: 'POST',
  path: '/api/sign-out',
  open: false,
  summary: 'ends the session of the cookie',
  handle: async ({ request }, { sessions }) => {
    wordsOf(await readBody(request, mostBytes), [])
    return answer({ signedOut: true } satisfies SignedOut, 200, { 'set-cookie': sessions.leave(request).cookie })
  },
}
