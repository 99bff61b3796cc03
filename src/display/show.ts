import { channels } from '../channels/index.ts'
import { describeValue } from './describe.ts'
import { renderTerminal } from './terminal.ts'

export interface ShowOptions {
  /** Where to print. Default: standard output. */
  readonly stream?: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number } | undefined
  /** Cells in a line. Default: those of the terminal, else 100. */
  readonly width?: number | undefined
  /** Default: on a terminal, unless NO_COLOR is set. */
  readonly color?: boolean | undefined
}

/**
 * Prints any value of the product (or plain rows, objects, maps, errors) to the terminal.
 *
 * @example
 * show([{ city: 'Bergen', price: 12.5 }])
 */
export function show(value: unknown, options: ShowOptions = {}): void {
  const stream = options.stream ?? process.stdout
  const color = options.color ?? (stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '')
  const width = options.width ?? (stream.columns !== undefined && stream.columns > 0 ? stream.columns : 100)
  stream.write(`${renderTerminal(describeValue(value), { width, color })}\n`)
  channels.shown.publish({ value })
}
