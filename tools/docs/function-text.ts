/** What stands behind the arrow of a function, on one line. */
export function textOf(make: Function): string {
  const text = make.toString()
  return text
    .slice(text.indexOf('=>') + 2)
    .trim()
    .replace(/\s*\n\s*\./g, '.')
    .replace(/([([])\s*\n\s*/g, '$1')
    .replace(/,?\s*\n\s*([)\]])/g, '$1')
    .replace(/,\s*\n\s*\}/g, ' }')
    .replace(/\s*\n\s*/g, ' ')
}
