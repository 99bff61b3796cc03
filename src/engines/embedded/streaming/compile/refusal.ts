import { type CallSite, type ErrorCode, printCallSite, TidemillError } from '../../../../errors/index.ts'

/** An error about a step of a job: its message ends with where the user wrote the step. */
export function refusal(code: ErrorCode, message: string, at: CallSite | undefined, hint?: string): TidemillError {
  const site = at === undefined || at.line === 0 ? undefined : printCallSite(at)
  return new TidemillError(code, site === undefined ? message : `${message} at ${site}`, {
    ...(hint === undefined ? {} : { hint }),
    details: at === undefined ? {} : { at: { file: at.file, line: at.line, column: at.column } },
  })
}
