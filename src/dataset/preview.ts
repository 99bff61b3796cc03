import { type Batch, sliceRows } from '../batch/index.ts'
import { type Description, renderTerminal, tableDescription } from '../display/index.ts'
import { type Engine, type Plan, type RunOptions, verbs } from '../plan/index.ts'

/** The first rows as a table to be shown; says when there are more. */
export async function preview(plan: Plan, engine: Engine, rows: number, options: RunOptions): Promise<Description> {
  const batches: Batch[] = []
  let seen = 0
  for await (const batch of engine.run(verbs.limit(plan, { rows: rows + 1 }, plan.at), options)) {
    const wanted = Math.min(batch.rows, rows - seen)
    if (wanted > 0 || batches.length === 0) batches.push(sliceRows(batch, 0, Math.max(0, wanted)))
    seen += batch.rows
  }
  const schema = batches[0]?.fields ?? plan.fields
  return tableDescription(batches, schema, seen > rows ? { note: 'there are more' } : { total: seen })
}

/** As text for a terminal of this process. */
export function terminalText(description: Description): string {
  const { columns, isTTY } = process.stdout
  const color = isTTY && (process.env['NO_COLOR'] ?? '') === ''
  return renderTerminal(description, { width: isTTY && columns > 0 ? columns : 100, color })
}
