import type { Dataset } from '../dataset/index.ts'
import { type Description, describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import { type Profile, profile } from '../quality/index.ts'
import type { OpenRow, Schema } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { counted, print, printJson, terminalLook } from './output.ts'
import { sourceOf } from './source-of.ts'
import { type Distinct, starter } from './starter.ts'
import { typeText, widen } from './widen.ts'

/** Shows what a file holds: schema, first rows, profile, and a typed program to start from. */
export async function peek(
  files: readonly string[],
  options: { readonly rows: string; readonly json: boolean; readonly quiet: boolean },
): Promise<void> {
  const rows = /^\d{1,9}$/.test(options.rows) ? Number(options.rows) : undefined
  if (rows === undefined) throw new TidemillError('cli.usage', `--rows must be a whole number, not ${options.rows}`)
  const [file = '', ...more] = files
  if (more.length > 0)
    throw new TidemillError('cli.usage', `more than one file: ${files.slice(0, 3).join(' ')}${files.length > 3 ? ' ...' : ''}`, {
      hint: "files of the same columns are read as one by a folder or a pattern in quotes: tidemill 'data/*.csv'",
    })
  const source = await sourceOf(file)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet || options.json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const data = await tm.read(source)
    const first = await data.limit(rows).rows({ signal })
    // What is known already is shown before the whole file is read.
    if (!options.json) showHead(file, data.schema, first, rows)
    const whole = await profileAll(tm, source, data, signal)
    if (options.json) {
      const { schema, facts, notes } = whole
      printJson({ file, schema, rows: first, profile: facts.toJson(), ...(notes.length === 0 ? {} : { widened: notes }) })
      return
    }
    print('\nprofile')
    for (const note of whole.notes) print(`type changed, as the first rows did not tell it: ${note}`)
    print(renderTerminal(describeValue(whole.facts), terminalLook()))
    print(
      `\na program to start from (save it as start.mts, run it with: node start.mts)\n\n${starter(file, source.kind, whole.schema, distinctIn(whole.facts))}`,
    )
  } finally {
    stop()
    release()
    await tm.close()
  }
}

interface Whole {
  readonly facts: Profile
  readonly schema: Schema
  readonly notes: readonly string[]
}

/** Profiles every row. Where a value far down does not fit what the first rows had, the column is widened and told of: one value must not hide a whole file. */
async function profileAll(tm: Session, source: Source<OpenRow>, data: Dataset<OpenRow>, signal: AbortSignal): Promise<Whole> {
  const notes: string[] = []
  let now = data
  let schema = data.schema
  for (;;)
    try {
      return { facts: await profile(now, { signal }), schema, notes }
    } catch (error) {
      const wider = source.kind === 'parquet' ? undefined : widen(schema, error)
      // Every column can be widened a few times only, so this ends.
      if (wider === undefined) throw error
      schema = wider.schema
      notes.push(wider.note)
      now = await tm.read<OpenRow>({ ...source, options: { ...source.options, schema } })
    }
}

function distinctIn({ columns }: Profile): Distinct {
  const known = new Map(columns.map(column => [column.name, column.distinct ?? Number.POSITIVE_INFINITY]))
  return name => known.get(name) ?? Number.POSITIVE_INFINITY
}

function showHead(file: string, schema: Schema, first: readonly object[], asked: number): void {
  print(`${file}: ${counted(schema.length, 'column')}`)
  const look = terminalLook()
  print(renderTerminal({ kind: 'keyValues', pairs: schema.map(field => [field.name, typeText(field)]) }, look))
  if (asked > 0) print(`\n${renderTerminal(firstRows(first, asked), look)}`)
}

/** Fewer rows than were asked for are all there are. */
function firstRows(first: readonly object[], asked: number): Description {
  const table = describeValue(first)
  return table.kind === 'table' && first.length === asked ? { ...table, total: undefined } : table
}
