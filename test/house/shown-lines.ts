/** What a program printed, line by line: cells of tables with one bar between them, without borders, types of columns and empty lines. */
export function shownLines(out: string): readonly string[] {
  const found: string[] = []
  let rows = 0
  for (const line of out.split('\n')) {
    const text = line.trim()
    if (text.startsWith('│')) {
      // The second line of a table has the types.
      if (rows++ !== 1) {
        const cells = text.slice(1, -1).split('│')
        found.push(cells.map(cell => cell.trim()).join(' | '))
      }
      continue
    }
    rows = /^[├└]/.test(text) ? rows : 0
    if (text !== '' && !/^[┌├└]/.test(text)) found.push(text)
  }
  return found
}
