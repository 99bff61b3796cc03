import { once } from 'node:events'
import type { Batch } from '../batch/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { type Description, renderTerminal, tableDescription } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { terminalLook } from './output.ts'

/** What rows can be printed as, besides a table. */
export type TextFormat = 'json' | 'csv' | 'ndjson'

/** The options `--json`, `--csv`, `--ndjson` of a command. */
export interface TextFormats {
  readonly json?: boolean
  readonly csv?: boolean
  readonly ndjson?: boolean
}

/** The one that was asked for. @throws cli.usage for two */
export function textFormat(options: TextFormats): TextFormat | undefined {
  const asked = (['json', 'csv', 'ndjson'] as const).filter(format => options[format] === true)
  if (asked.length > 1)
    throw new TidemillError('cli.usage', `${asked.map(format => `--${format}`).join(' and ')} together: take one of them`)
  return asked[0]
}

/** A whole number of rows. @throws cli.usage */
export function rowsAsked(text: string, option = '--rows'): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TidemillError('cli.usage', `${option} must be a whole number, not ${text}`)
}

/** The first rows with the type under each name; says when there are more. */
export async function firstRows(data: Dataset<OpenRow>, rows: number, signal: AbortSignal): Promise<Description> {
  const batches: Batch[] = []
  let seen = 0
  for await (const batch of data.engine.run(data.limit(rows + 1).plan, { signal })) {
    batches.push(batch)
    seen += batch.rows
  }
  return tableDescription(batches, batches[0]?.fields ?? data.schema, {
    rows,
    ...(seen > rows ? { note: 'there are more' } : { total: seen }),
  })
}

/** The same on a terminal, as wide as it is. */
export async function tableText(data: Dataset<OpenRow>, rows: number, signal: AbortSignal): Promise<string> {
  return renderTerminal(await firstRows(data, rows, signal), terminalLook())
}

/** Writes all rows to standard output as they come; a reader that is slow slows the query down. */
export async function printRows(data: Dataset<OpenRow>, format: TextFormat, signal: AbortSignal): Promise<void> {
  await pipeOut(data.toResponse({ format, signal }), signal)
  if (format === 'json') process.stdout.write('\n')
}

/** Writes the body of a response as it comes. */
export async function pipeOut(
  { body, headers }: Response,
  signal: AbortSignal,
  output: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  if (body === null) return
  const plain = headers.get('content-type')?.startsWith('text/csv') === true ? unixLines() : (piece: Uint8Array) => piece
  for await (const bytes of body) {
    signal.throwIfAborted()
    const piece = plain(bytes)
    // EPIPE ends the program, see watchOutput.
    if (!output.write(piece)) await once(output, 'drain', { signal })
  }
}

/** Over HTTP lines of CSV end with CR and LF; here the next program may be `cut`. What stands in quotes stays. */
function unixLines(): (piece: Uint8Array) => Uint8Array {
  let quoted = false
  return piece => {
    const made = new Uint8Array(piece.length)
    let length = 0
    for (const byte of piece) {
      if (byte === 0x22) quoted = !quoted
      if (quoted || byte !== 0x0d) made[length++] = byte
    }
    return made.subarray(0, length)
  }
}
