/** What DuckDB tells of the columns of a Parquet file it wrote. */
import type { ColumnStats } from '../../../layout/index.ts'
import type { Field } from '../../../schema/index.ts'

interface MapValue {
  readonly entries: readonly { readonly key: unknown; readonly value: unknown }[]
}

/** Statistics by column; those of parts of a list or a struct are left out. */
export function statsOf(value: unknown, fields: readonly Field[]): Record<string, ColumnStats> {
  const found: Record<string, ColumnStats> = Object.create(null) as Record<string, ColumnStats>
  const byName = new Map(((value as MapValue | null)?.entries ?? []).map(entry => [String(entry.key), entry.value as MapValue]))
  for (const { name } of fields) {
    const own = byName.get(`"${name.replaceAll('"', '""')}"`)
    if (own === undefined) continue
    const text = new Map(own.entries.map(entry => [String(entry.key), String(entry.value)]))
    const nulls = text.get('null_count')
    found[name] = {
      min: text.get('min') ?? null,
      max: text.get('max') ?? null,
      nulls: nulls === undefined ? null : Number(nulls),
      ...(text.get('has_nan') === 'true' ? { nan: true } : {}),
    }
  }
  return found
}
