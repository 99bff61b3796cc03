/** Versions as the database keeps them, and as the user holds them. */
import { type Description, formatCell, showing } from '../../display/index.ts'
import type { Database, VersionRow, Writing } from '../database/tables.ts'
import { readJson, readNumbers } from '../json-columns.ts'
import type { Version } from '../types.ts'

/** The version of a row, with the aliases that point at it. */
export function versionOf(row: VersionRow, aliases: readonly string[]): Version {
  const where = `version ${row.model}@${row.number}`
  const version: Omit<Version, symbol> = {
    name: row.model,
    number: row.number,
    created: new Date(row.created),
    by: row.by,
    run: row.run ?? undefined,
    kind: row.kind,
    role: row.role,
    features: Object.freeze(readJson<readonly string[]>(row.features, where, Array.isArray)),
    target: row.target ?? undefined,
    rows: row.rows,
    digest: row.digest,
    description: row.description ?? undefined,
    tags: Object.freeze(readJson<Readonly<Record<string, string>>>(row.tags, where)),
    metrics: readNumbers(row.metrics, where),
    aliases: Object.freeze([...aliases]),
  }
  return Object.freeze({ ...version, ...showing(() => describeVersion(version)) })
}

/** The version of a row as it is now. */
export async function readVersion(db: Database | Writing, row: VersionRow): Promise<Version> {
  const aliases = await db
    .selectFrom('aliases')
    .select('alias')
    .where('model', '=', row.model)
    .where('number', '=', row.number)
    .orderBy('alias')
    .execute()
  return versionOf(
    row,
    aliases.map(({ alias }) => alias),
  )
}

function describeVersion(version: Omit<Version, symbol>): Description {
  const { name, number, created, by, run, kind, role, features, target, rows, digest, description, tags, metrics, aliases } = version
  const pairs: (readonly [string, unknown])[] = [
    ['aliases', aliases.length === 0 ? undefined : aliases.join(', ')],
    ['description', description],
    ['model', `${kind} (${role})`],
    ['features', features.join(', ')],
    ['target', target],
    ['learnt from', `${rows} rows`],
    ...Object.entries(metrics),
    ['run', run],
    ['registered', `${formatCell(created)} by ${by}`],
    ['digest', digest],
    ...Object.entries(tags).map(([tag, value]) => [`tag ${tag}`, value] as const),
  ]
  return {
    kind: 'keyValues',
    title: `${name}@${number}`,
    pairs: pairs.filter(([, value]) => value !== undefined).map(([key, value]) => [key, formatCell(value)] as const),
  }
}
