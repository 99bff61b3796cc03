import type { Problem } from './answers.ts'

/** An answer that is no good: what is wrong, its code, and what to do. `status` 0: there was no answer. */
export class AskError extends Error {
  readonly status: number
  readonly code: string | undefined
  readonly hint: string | undefined
  constructor(status: number, { error, code, hint }: Problem) {
    super(error)
    this.name = 'AskError'
    this.status = status
    this.code = code
    this.hint = hint
  }
}

export interface AskOptions {
  readonly method?: 'GET' | 'POST' | undefined
  /** Sent as JSON. */
  readonly body?: object | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks the server this page came from.
 *
 * @throws AskError, also for a server that does not answer or answers no JSON
 */
export async function ask<T>(path: string, { method = 'GET', body, signal }: AskOptions = {}): Promise<T> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    // The server takes the cookie of a page for changes only with a header that no form of another page can send.
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-tidemill': '1' } }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') throw error
    throw new AskError(0, { error: 'the server does not answer', hint: 'is the program that started it still running?' })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) return answer as T
  throw new AskError(response.status, isProblem(answer) ? answer : { error: `the server answered ${response.status} without a reason` })
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && typeof (value as { error?: unknown }).error === 'string'
}
