/** Which columns a statement can read, by its tree alone. */

const none: readonly unknown[] = []

/**
 * Every name, in small letters, that a column of a table must have to be read by the statement; undefined where it may read all of them: by a star, by place, by
 * a row as a whole, by a join of the columns that two tables share. More names than are read is right, fewer never is.
 */
export function columnsOfSelect(statements: unknown): ReadonlySet<string> | undefined {
  const found = new Set<string>()
  const tables = new Set<string>()
  const last = new Set<string>()
  const stack: unknown[] = [statements]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value)) {
      const tree = value as Readonly<Record<string, unknown>>
      const { class: kind, type } = tree
      if (kind === 'STAR' || kind === 'POSITIONAL_REFERENCE') return undefined
      if (type === 'PIVOT' || type === 'SHOW_REF' || tree['ref_type'] === 'NATURAL') return undefined
      if (((tree['column_name_alias'] ?? none) as readonly unknown[]).length > 0) return undefined
      for (const name of (tree['using_columns'] ?? none) as readonly string[]) found.add(name.toLowerCase())
      const path = (kind === 'COLUMN_REF' ? tree['column_names'] : none) as readonly string[]
      for (const name of path) found.add(name.toLowerCase())
      const end = path.at(-1)
      if (end !== undefined) last.add(end.toLowerCase())
      if (kind === undefined)
        for (const name of [tree['alias'], tree['table_name']]) if (typeof name === 'string' && name !== '') tables.add(name.toLowerCase())
    }
    stack.push(...Object.values(value))
  }
  for (const name of last) if (tables.has(name)) return undefined
  return found
}
