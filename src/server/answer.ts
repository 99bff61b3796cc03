import { type ErrorCode, TidemillError } from '../errors/index.ts'
import type { Problem } from './api-types.ts'

/** An answer of JSON. A text is JSON already. */
export function answer(body: object | string, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(text, {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers },
  })
}

/** What the asker did wrong, by code. All others are faults of the server, and told to its owner only: they may name files. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  'server.body': 400,
  'server.tensor': 400,
  'server.not-found': 404,
  'models.unknown-model': 404,
  'models.unknown-version': 404,
  'models.unknown-alias': 404,
  'models.reference': 400,
  'models.bad-name': 400,
  'models.busy': 503,
  'models.unknown-run': 404,
  'runs.unknown': 404,
  'runs.damaged': 409,
  'stream.unknown-job': 404,
  'stream.closed': 409,
  'telemetry.version': 409,
  'telemetry.damaged': 503,
  'security.once': 401,
  'server.busy': 503,
  'ml.missing-feature': 400,
  'ml.not-numeric': 400,
  'ml.not-text': 400,
  'ml.unknown-category': 400,
  'schema.misfit': 400,
}

/** What is told of an error: its status and `{ error, code, hint }` of what the asker can mend, else 500 and a word to `report`. */
export function problemOf(error: unknown, report: (error: unknown) => void): { readonly status: number; readonly body: Problem } {
  const known = error instanceof TidemillError ? statuses[error.code] : undefined
  if (!(error instanceof TidemillError) || known === undefined) {
    // The asker went away; there is nobody to tell and nothing is wrong.
    if (!(error instanceof Error && error.name === 'AbortError')) report(error)
    const code = error instanceof TidemillError ? { code: error.code } : {}
    return { status: 500, body: { error: 'the server failed; its log says why', ...code } }
  }
  const { status = known } = error.details as { readonly status?: number }
  return { status, body: { error: error.message, code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) } }
}

/** The answer to a request that failed. */
export function failed(error: unknown, report: (error: unknown) => void): Response {
  const { status, body } = problemOf(error, report)
  // What is left of a body that is too long is not read, so the connection cannot go on.
  return answer(body, status, status === 413 ? { connection: 'close' } : status === 503 ? { 'retry-after': '1' } : {})
}
