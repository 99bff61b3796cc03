/** Colour of the terminal, only where it was asked for. */
export interface Style {
  dim(text: string): string
  bold(text: string): string
  accent(text: string): string
  warn(text: string): string
}

const none = (text: string): string => text
const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`

const plain: Style = { dim: none, bold: none, accent: none, warn: none }
const coloured: Style = { dim: sgr(2, 22), bold: sgr(1, 22), accent: sgr(36, 39), warn: sgr(33, 39) }

/** Escape sequences when `color`, else text as it is. */
export function styleOf(color: boolean): Style {
  return color ? coloured : plain
}
