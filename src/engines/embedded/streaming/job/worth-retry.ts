import { type ErrorCode, TidemillError } from '../../../../errors/index.ts'

/** What may be gone at the next try: a thread that died, a file that is not there now, a disk that is full. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'workers.died',
  'stream.source-failed',
  'stream.sink-unavailable',
  'stream.checkpoint-failed',
])

/**
 * Whether an attempt that ended by this error is followed by another. Faults that would come again are not tried again: an error of a user's function or of the
 * data, a changed plan, state that is damaged, another process that took the job over.
 */
export function worthRetry(error: unknown): boolean {
  if (error instanceof TidemillError) return error.retryable || passing.has(error.code)
  // Errors of the system carry its name for them.
  return (
    error instanceof Error &&
    typeof (error as NodeJS.ErrnoException).code === 'string' &&
    (error as NodeJS.ErrnoException).syscall !== undefined
  )
}

/** The error as one of ours. */
export function faultOf(error: unknown, job: string): TidemillError {
  if (error instanceof TidemillError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new TidemillError('stream.failed', `job ${job} ended by a fault: ${message}`, {
    details: { job },
    cause: error,
    retryable: worthRetry(error),
  })
}
