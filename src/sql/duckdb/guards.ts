import type { ErrorCode } from '../../errors/index.ts'

/** What an `error(...)` that we put into a statement says when it strikes. */
export interface GuardError {
  readonly code: ErrorCode
  /** The number of the scan in the statement, for a value read from a file. */
  readonly scan?: number | undefined
  readonly column?: string | undefined
  /** The type that was wanted. */
  readonly wanted?: string | undefined
  readonly value: string
}

/** The codes our guards use. */
export const guardErrors: readonly ErrorCode[] = [
  'schema.misfit',
  'schema.not-null',
  'expr.cast',
  'expr.division-by-zero',
  'expr.overflow',
  'expr.argument',
  'plan.join-keys',
]

/** Text of an `error(...)` call that `parseGuardError` can read back; `value` is SQL text. */
export function guard(code: ErrorCode, about: { scan?: number; column?: string; wanted?: string }, value = "''"): string {
  const fields = [about.scan ?? '', about.column ?? '', about.wanted ?? ''].map(part => encodeURIComponent(part).replaceAll("'", '%27'))
  return `error('tidemill:${code}|${fields.join('|')}|' || ${value})`
}

/** Finds the text of a guard in the message of the database. */
export function parseGuardError(message: string): GuardError | undefined {
  // At the beginning of what `error()` said; in the echo of a statement the same text is no error of ours.
  const found = /^(?:[A-Za-z ]+Error: )?tidemill:([a-z]+\.[a-z-]+)\|([^|]*)\|([^|]*)\|([^|]*)\|([\s\S]*)/.exec(message)
  if (found === null) return undefined
  const [, code, scan = '', column = '', wanted = '', rest = ''] = found
  // DuckDB shows the statement below the message.
  const value = rest.replace(/\n\nLINE \d+:[\s\S]*$/, '')
  return {
    code: code as ErrorCode,
    scan: scan === '' ? undefined : Number(scan),
    column: column === '' ? undefined : decodeURIComponent(column),
    wanted: wanted === '' ? undefined : decodeURIComponent(wanted),
    value,
  }
}
