import { TidemillError } from '../errors/index.ts'

/**
 * The one table of a SQLite file.
 *
 * @throws cli.usage when it has several, naming them; connectors.format when it is no such file; connectors.not-found
 */
export async function onlyTable(path: string): Promise<string> {
  const names = await tablesOf(path)
  const [name] = names
  if (name === undefined) throw new TidemillError('connectors.format', `database without tables: ${path}`, { details: { file: path } })
  if (names.length > 1)
    throw new TidemillError('cli.usage', `several tables in ${path}: ${names.slice(0, 30).join(', ')}`, { hint: `add --table ${name}` })
  return name
}

async function tablesOf(path: string): Promise<readonly string[]> {
  const { DatabaseSync } = await import('node:sqlite')
  let database: InstanceType<typeof DatabaseSync> | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    const found = database
      .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
    return found.map(row => String(row['name']))
  } catch (cause) {
    const { entryAt } = await import('../storage/index.ts')
    // What cannot even be looked at is there.
    const isThere = await entryAt(path).then(
      found => found !== undefined,
      () => true,
    )
    const why = cause instanceof Error ? cause.message : String(cause)
    throw isThere
      ? new TidemillError('connectors.format', `not a SQLite file: ${path}: ${why}`, { details: { file: path }, cause })
      : new TidemillError('connectors.not-found', `no such file: ${path}`, { details: { file: path }, cause })
  } finally {
    database?.close()
  }
}
