import { progressReporter } from '../display/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { chosenColumns } from './chosen-columns.ts'
import { interruptSignal } from './interrupt.ts'
import { tellLeftOut } from './left-out.ts'
import { print } from './output.ts'
import { printRows, rowsAsked, tableText, textFormat, type TextFormats } from './print-rows.ts'
import { sourceOf } from './source-of.ts'
import type { TextWords } from './text-words.ts'

export interface HeadOptions extends TextFormats, TextWords {
  readonly rows: string
  readonly columns?: string
  readonly format?: string
  readonly table?: string
  readonly quiet?: boolean
}

/** Prints the first rows of a file, as a table or as text that other programs read. */
export async function head(file: string, options: HeadOptions): Promise<void> {
  const rows = rowsAsked(options.rows)
  const format = textFormat(options)
  const source = await sourceOf(file, options)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const read = await tm.read(source, { signal })
    tellLeftOut(read)
    const data = chosenColumns(read, options.columns)
    if (format === undefined) print(await tableText(data, rows, signal))
    else await printRows(data.limit(rows), format, signal)
  } finally {
    stop()
    release()
    await tm.close()
  }
}
