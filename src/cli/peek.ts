import { type Description, describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Profile, profile } from '../quality/index.ts'
import type { Schema } from '../schema/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { tellLeftOut } from './left-out.ts'
import { counted, print, printJson, terminalLook } from './output.ts'
import { rowsAsked } from './print-rows.ts'
import { sourceOf, type SourceWords } from './source-of.ts'
import { type Distinct, starter } from './starter.ts'
import { whileWidening } from './while-widening.ts'
import { typeText } from './widen.ts'

export interface PeekOptions extends SourceWords {
  readonly rows: string
  readonly json: boolean
  readonly quiet: boolean
}

/** Shows what a file holds: schema, first rows, profile, and a typed program to start from. */
export async function peek(files: readonly string[], options: PeekOptions): Promise<void> {
  const rows = rowsAsked(options.rows)
  const [file = '', ...more] = files
  // A command that is misspelt is told as one.
  if (more.length > 0 && /^[a-z]+$/i.test(file)) await sourceOf(file, options)
  if (more.length > 0)
    throw new TidemillError('cli.usage', `more than one file: ${files.slice(0, 3).join(' ')}${files.length > 3 ? ' ...' : ''}`, {
      hint: "files of the same columns are read as one by a folder or a pattern in quotes: tidemill 'data/*.csv'",
    })
  const source = await sourceOf(file, options)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet || options.json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const data = await tm.read(source)
    tellLeftOut(data)
    const first = await data.limit(rows).rows({ signal })
    // What is known already is shown before the whole file is read.
    if (!options.json) showHead(file, data.schema, first, rows)
    const { schema, notes, answer: facts } = await whileWidening(tm, source, data, read => profile(read, { signal }))
    if (options.json) {
      printJson({ file, schema, rows: first, profile: facts.toJson(), ...(notes.length === 0 ? {} : { widened: notes }) })
      return
    }
    print('\nprofile')
    for (const note of notes) print(`type changed, as the first rows did not tell it: ${note}`)
    print(renderTerminal(describeValue(facts), terminalLook()))
    print(
      `\na program to start from (save it as start.mts, run it with: node start.mts)\n\n${starter(file, source, schema, distinctIn(facts))}`,
    )
  } finally {
    stop()
    release()
    await tm.close()
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
