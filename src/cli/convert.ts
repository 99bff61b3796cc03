import type { Dataset } from '../dataset/index.ts'
import { formatSize, progressReporter } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { chosenColumns } from './chosen-columns.ts'
import { interruptSignal } from './interrupt.ts'
import { tellLeftOut } from './left-out.ts'
import { counted, print, printJson } from './output.ts'
import { pipeOut, printRows } from './print-rows.ts'
import { outputOf, type SinkWords } from './sink-of.ts'
import { sourceOf } from './source-of.ts'
import type { TextWords } from './text-words.ts'
import { whileWidening } from './while-widening.ts'
import { writeOutput } from './write-output.ts'

export interface ConvertOptions extends SinkWords, TextWords {
  readonly format?: string
  readonly table?: string
  readonly columns?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/**
 * Writes the rows of a file in another format. A value far down that does not fit the type its column seemed to have widens the column, and is told of; the output
 * appears as a whole or not at all.
 */
export async function convert(from: string, to: string, options: ConvertOptions): Promise<void> {
  const output = to === '-' ? undefined : outputOf(to, options)
  const source = await sourceOf(from, options)
  const quiet = options.quiet === true || options.json === true
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const data = await tm.read(source, { signal })
    tellLeftOut(data)
    if (output === undefined) {
      await toStandardOutput(chosenColumns(data, options.columns), options.to, signal)
      return
    }
    const { answer, notes } = await whileWidening(tm, source, data, read =>
      writeOutput(chosenColumns(read, options.columns), output, signal),
    )
    if (options.json === true) {
      printJson({ from, to, ...answer, notes })
      return
    }
    for (const note of notes) process.stderr.write(`note: type changed, as the first rows did not tell it: ${note}\n`)
    const rows = answer.rows === undefined ? '' : `${counted(answer.rows, 'row')}, `
    if (options.quiet !== true) print(`${to}: ${rows}${formatSize(answer.bytes)}, ${counted(answer.files, 'file')}`)
  } finally {
    stop()
    release()
    await tm.close()
  }
}

/** Rows as text, or bytes for the next program. */
async function toStandardOutput(data: Dataset<OpenRow>, format: string | undefined, signal: AbortSignal): Promise<void> {
  if (format === 'csv' || format === 'ndjson' || format === 'json') await printRows(data, format, signal)
  else if (format === 'arrow' || format === 'parquet') await pipeOut(data.toResponse({ format, signal }), signal)
  else
    throw new TidemillError('cli.usage', format === undefined ? 'standard output without a format' : `no ${format} on standard output`, {
      hint: 'add --to csv (or ndjson, json, arrow, parquet)',
    })
}
