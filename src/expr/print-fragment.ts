/** A fragment as it is written; `operands` are printed. */
export function printFragment(strings: readonly string[], to: string, operands: readonly string[]): string {
  const texts = strings.map(text => text.replaceAll('`', '\\`').replaceAll('${', '\\${'))
  return `sql(${to})\`${texts.map((text, at) => `${text}${operands[at] === undefined ? '' : `\${${operands[at]}}`}`).join('')}\``
}
