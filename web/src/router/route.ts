/** The pages and their addresses. */

export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'sign-in' }
  | { readonly page: 'streams' }
  | { readonly page: 'stream'; readonly name: string }
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly id: string }
  | { readonly page: 'kept-runs' }
  | { readonly page: 'kept-run'; readonly id: string }
  | { readonly page: 'models' }
  | { readonly page: 'model'; readonly name: string }
  | { readonly page: 'unknown'; readonly path: string }

/** The page of a path. Never throws: what is no path of ours is `unknown`. */
export function routeOf(path: string): Route {
  const [first = '', second, ...more] = path.split('/').slice(1)
  const name = second === undefined || second === '' ? undefined : decoded(second)
  const unknown: Route = { page: 'unknown', path }
  if (more.some(part => part !== '') || (name === undefined && second !== undefined && second !== '')) return unknown
  switch (first) {
    case '':
      return name === undefined ? { page: 'overview' } : unknown
    case 'sign-in':
      return name === undefined ? { page: 'sign-in' } : unknown
    case 'streams':
      return name === undefined ? { page: 'streams' } : { page: 'stream', name }
    case 'runs':
      return name === undefined ? { page: 'runs' } : { page: 'run', id: name }
    case 'kept':
      return name === undefined ? { page: 'kept-runs' } : { page: 'kept-run', id: name }
    case 'models':
      return name === undefined ? { page: 'models' } : { page: 'model', name }
    default:
      return unknown
  }
}

export function streamPath(name: string): string {
  return `/streams/${encodeURIComponent(name)}`
}
export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`
}
export function keptPath(id: string): string {
  return `/kept/${encodeURIComponent(id)}`
}
export function modelPath(name: string): string {
  return `/models/${encodeURIComponent(name)}`
}

/** Where to go after signing in: a path of this server, and nothing that a foreign page could make of it. */
export function nextPath(query: string): string {
  const next = new URLSearchParams(query).get('next') ?? '/'
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.startsWith('/sign-in') ? next : '/'
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
