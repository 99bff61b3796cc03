import type { TerminalLook } from '../display/index.ts'

/** As wide as the terminal, else as COLUMNS says, else 140; colour on a terminal unless NO_COLOR says no. */
export function terminalLook(): TerminalLook & { readonly width: number } {
  const width = [process.stdout.columns, Number(process.env['COLUMNS'])].find(
    columns => columns !== undefined && Number.isInteger(columns) && columns > 0,
  )
  return { width: width ?? 140, color: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' }
}

/** Prints text and a line end. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Prints a value as JSON. What JSON lacks is text: bigints as digits, bytes as base64, `NaN` and `Infinity` by name. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_, part: unknown) => plain(part), 2))
}

function plain(part: unknown): unknown {
  if (typeof part === 'bigint') return String(part)
  if (typeof part === 'number' && !Number.isFinite(part)) return String(part)
  if (part instanceof Uint8Array) return Buffer.from(part).toString('base64')
  return part
}

/** `1 row`, `2 rows`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

/**
 * A reader that has enough (`tidemill FILE | head`) ends the program without a word, as it does for other tools; output that cannot be written otherwise, as on a
 * full disk, is a failure.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(`error: output cannot be written: ${error.code ?? error.message}\n`)
    process.exit(1)
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined)
}
