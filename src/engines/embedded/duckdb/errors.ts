import { type ErrorCode, type ErrorOptions, printCallSite, TidemillError } from '../../../errors/index.ts'
import { parseGuardError, type Span } from '../../../sql/index.ts'

/** What is known about the statement that failed. */
export interface Failed {
  readonly sql?: string
  readonly spans?: readonly Span[]
  readonly signal?: AbortSignal | undefined
}

/** An error of DuckDB as one of ours: it has only a message, whose beginning says what kind it is. */
export function engineError(error: unknown, failed: Failed = {}): TidemillError {
  if (error instanceof TidemillError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (failed.signal?.aborted === true) return cancelled(failed.signal)
  const guarded = parseGuardError(message)
  if (guarded !== undefined) {
    const { code, column, wanted, value } = guarded
    const text =
      code === 'schema.not-null'
        ? `NULL in a column without \`?\`: ${column ?? '?'}`
        : code === 'schema.misfit'
          ? `value does not fit: ${shorten(value)} in column ${column ?? '?'} (wants ${wanted ?? '?'})`
          : code === 'expr.cast'
            ? `value cannot be cast to ${wanted ?? '?'}: ${shorten(value)}`
            : code === 'expr.division-by-zero'
              ? `integer modulo zero: ${shorten(value)} mod 0`
              : code === 'plan.join-keys'
                ? `join is not ${wanted ?? 'as was said'}: ${shorten(value)}`
                : shorten(value)
    const hint = code === 'expr.cast' ? { hint: 'use tryCast to get NULL for such a value' } : {}
    return new TidemillError(code, text, { details: { ...guarded }, cause: error, ...hint })
  }
  const { code, hint, text } = classify(message)
  const where = siteOf(message, failed)
  return new TidemillError(code, `${text ?? `duckdb: ${firstLine(message)}`}${where === undefined ? '' : ` at ${where}`}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    details: { engine: 'duckdb', message, ...(failed.sql === undefined ? {} : { sql: failed.sql }) },
    ...(code === 'engine.locked' ? { retryable: true } : {}),
  })
}

/** The error of a query that a signal stopped. */
export function cancelled(signal?: AbortSignal): TidemillError {
  const reason: unknown = signal?.reason
  // A run that took too long says so, wherever it was stopped.
  if (reason instanceof TidemillError && reason.code === 'engine.timeout') return reason
  return new TidemillError('engine.cancelled', 'query cancelled', reason === undefined ? {} : { cause: reason })
}

interface Kind {
  readonly code: ErrorCode
  readonly text?: string
  readonly hint?: ErrorOptions['hint']
}

function classify(message: string): Kind {
  const first = firstLine(message)
  if (/^INTERRUPT Error|^Interrupt/i.test(message)) return { code: 'engine.cancelled', text: 'query cancelled' }
  if (/max_temp_directory_size|No space left on device/i.test(message))
    return { code: 'engine.disk-full', hint: 'free some space, or choose another folder: embedded({ tempFolder })' }
  if (/^Out of Memory Error|^OutOfMemory/i.test(message))
    return {
      code: 'engine.out-of-memory',
      hint: 'give the engine more memory: embedded({ memoryLimit: bytes }); aggregate or select fewer columns before a sort, a join or a list',
    }
  const line = /CSV Error on Line: (\d+)/.exec(message)
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message)
  if (line !== null && counts !== null)
    return {
      code: 'connectors.ragged',
      text: `row has another number of fields: line ${line[1]} has ${counts[2]}, the header ${counts[1]}${fileOf(message)}`,
    }
  if (/Invalid unicode|not utf-8|Invalid Input Error: .*unicode/i.test(message))
    return {
      code: 'connectors.encoding',
      text: `text is not UTF-8${line === null ? '' : `: line ${line[1]}`}${fileOf(message)}`,
      hint: 'convert it first: iconv -f LATIN1 -t UTF-8',
    }
  if (line !== null)
    return { code: 'connectors.format', text: `CSV cannot be read: line ${line[1]}${fileOf(message)}: ${reasonOf(message)}` }
  if (
    /sniffing file|No magic bytes|is not a parquet file|too small to be a Parquet|TProtocolException|Malformed JSON|Invalid Parquet|metadata.*corrupt|don't know what type|Variable-length int|Out of buffer|snappy|decompress|ZSTD|LZ4|brotli|Corrupt|parquet file/i.test(
      message,
    )
  )
    return { code: 'connectors.format', text: `file is not what its reader expects: ${first.replace(/^[A-Za-z ]+ Error: /, '')}` }
  if (message.startsWith('IO Error')) {
    if (/Could not set lock|Conflicting lock/.test(message)) return { code: 'engine.locked', hint: 'another process has the database open' }
    if (/No files found|No such file/.test(message)) return { code: 'connectors.not-found' }
    return { code: 'connectors.unreadable' }
  }
  if (/to (?:type )?DECIMAL\(\d+, ?\d+\) ?(?:failed: value is out of range)?/.test(first) && first.startsWith('Conversion Error'))
    return { code: 'expr.overflow', text: `decimal overflow: ${first.replace(/^[A-Za-z ]+ Error: /, '')}` }
  if (/not in timestamp range|Date out of range/i.test(message))
    return { code: 'expr.overflow', text: `moment outside its type: ${first.replace(/^[A-Za-z ]+ Error: /, '')}` }
  if (
    /^Out of Range Error: Overflow|out of range for the destination type|^Out of Range Error: Cannot (negate|cast)|Failed to cast decimal value \S+ to type U?INT|overflow/i.test(
      message,
    )
  )
    return {
      code: 'expr.overflow',
      text: `integer overflow: ${first.replace(/^[A-Za-z ]+ Error: /, '')}`,
      hint: "cast to 'float64' or to a wider type first",
    }
  const column = /^Binder Error: Referenced column "([^"]*)" (?:not found|was not found)/.exec(message)
  if (column !== null) {
    const [, near] = /Candidate bindings: (.+)/.exec(message) ?? []
    return {
      code: 'engine.sql',
      text: `unknown column in SQL text: ${column[1]}`,
      ...(near === undefined ? {} : { hint: `is it one of ${near.replaceAll('"', '').trim()}?` }),
    }
  }
  if (/^(Catalog|Binder|Parser|Syntax|Not implemented|Permission) Error/i.test(message)) return { code: 'engine.sql' }
  // `Invalid Error` is what libraries below DuckDB throw over bytes that they cannot read.
  if (/^(Invalid|Conversion|Invalid Input|Out of Range|Constraint|Mismatch Type|Invalid type|Missing Extension) Error/i.test(message))
    return { code: 'engine.data' }
  return { code: 'engine.internal' }
}

function fileOf(message: string): string {
  const file = /\n\s*file = (.+)/.exec(message)
  return file === null ? '' : ` (${file[1]})`
}
function reasonOf(message: string): string {
  const lines = message.split('\n')
  return shorten(lines.find(text => /^(Error|Value|Possible|Maximum)/.test(text)) ?? firstLine(message))
}
function firstLine(message: string): string {
  return shorten((message.split('\n', 1)[0] ?? message).trim())
}
function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}

/** The user's line: DuckDB shows a piece of the statement under its message, with a mark below it. */
function siteOf(message: string, { sql, spans = [] }: Failed): string | undefined {
  const shown = /LINE \d+: (?:\.\.\.)?([^\n]*?)(?:\.\.\.)?\n( *)\^/.exec(message)
  if (shown === null || sql === undefined) return undefined
  const start = sql.indexOf(shown[1] ?? '')
  if (start < 0) return undefined
  const before = /LINE \d+: /.exec(message)?.[0].length ?? 0
  const at = start + (shown[2]?.length ?? 0) - before - (message.includes(': ...') ? 3 : 0)
  const around = spans.filter(span => span.from <= at && at < span.to && span.at !== undefined)
  return printCallSite(around.sort((a, b) => a.to - a.from - (b.to - b.from))[0]?.at)
}
