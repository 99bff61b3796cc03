import { TidemillError } from '../errors/index.ts'

/** Exit codes: 0 done, 1 the work failed, 2 the command line is wrong, 130 stopped by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130

/** An error as the terminal shows it: message, hint, code. Faults of our own keep their stack. */
export function printFailure(error: unknown): { readonly text: string; readonly exit: ExitCode } {
  if (isAbort(error)) return { text: 'stopped', exit: 130 }
  const reason = systemReason(error)
  if (reason !== undefined) {
    const { path } = error as NodeJS.ErrnoException
    return { text: `error: ${reason}${path === undefined ? '' : `: ${path}`}`, exit: 1 }
  }
  if (!(error instanceof TidemillError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { text: `error: ${text}`, exit: 1 }
  }
  const lines = [`error: ${error.message}`]
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`)
  lines.push(`code: ${error.code}`)
  return { text: lines.join('\n'), exit: error.code === 'cli.usage' ? 2 : 1 }
}

function isAbort(error: unknown): boolean {
  if (error instanceof TidemillError) return error.code === 'engine.cancelled' || error.code === 'ml.cancelled'
  return error instanceof Error && error.name === 'AbortError'
}

/** What the system said, in words: `permission denied`; undefined for an error of another kind. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return undefined
  // `EACCES: permission denied, open '/x'`
  return /^[A-Z0-9_]+: (.*?)(?:, \w+(?: '.*)?)?$/s.exec(message)?.[1] ?? message
}
