import { csv, ndjson, parquet } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { AnyModel } from '../ml/index.ts'
import type { Sink } from '../plan/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { statesIn } from './model-states.ts'
import { counted, print, printJson, terminalLook } from './output.ts'
import { findModel } from './predict-model.ts'
import { predictNotes } from './predict-notes.ts'
import { predictTable } from './predict-table.ts'
import { sourceOf } from './source-of.ts'
import { type TextWords, textWords } from './text-words.ts'

export interface PredictOptions extends TextWords {
  readonly out?: string
  readonly replace?: boolean
  readonly rows: string
  readonly workspace: string
  readonly json?: boolean
  readonly quiet?: boolean
}
interface Output {
  readonly format: 'csv' | 'ndjson' | 'parquet'
  readonly path: string
}

const endings: readonly (readonly [RegExp, Output['format']])[] = [
  [/\.csv(\.gz)?$/i, 'csv'],
  [/\.(ndjson|jsonl)(\.gz)?$/i, 'ndjson'],
  [/\.parquet$/i, 'parquet'],
]

/** Adds the predictions of a model to the rows of a file: prints the first, or writes all. */
export async function predict(word: string, file: string, options: PredictOptions): Promise<void> {
  const rows = /^\d{1,9}$/.test(options.rows) ? Number(options.rows) : undefined
  if (rows === undefined) throw new TidemillError('cli.usage', `--rows must be a whole number, not ${options.rows}`)
  const output = options.out === undefined ? undefined : outputOf(options.out)
  const json = options.json === true
  const { signal, release } = interruptSignal()
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet === true || json })
  try {
    const { model, from } = await findModel(word, options.workspace, signal)
    const source = await sourceOf(file, textWords(options))
    const tm = await tidemill({ workspace: options.workspace })
    try {
      const predicted = await predictTable(tm, source, model, signal)
      const notes = [...predicted.notes, ...(await predictNotes(predicted, model, signal))]
      const written = output === undefined ? undefined : await write(predicted.data, model, output, options.replace === true, signal)
      const total = await predicted.data.count({ signal })
      const first = output === undefined ? await predicted.data.limit(rows).rows({ signal }) : undefined
      if (json) {
        printJson({
          model: from,
          kind: model.kind,
          file,
          total,
          adds: model.adds.map(field => field.name),
          notes,
          ...(first === undefined ? {} : { rows: first }),
          ...(written === undefined ? {} : { written: { path: options.out, rows: written.rows, bytes: written.bytes } }),
        })
        return
      }
      print(`${from}: ${statesIn(model).at(-1)?.kind ?? model.kind}${model.target === undefined ? '' : ` for ${model.target}`}`)
      for (const note of notes) print(`note: ${note}`)
      if (written !== undefined) print(`${options.out}: ${counted(written.rows, 'row')} written`)
      if (first !== undefined && rows > 0) print(`\n${table(first, total)}`)
    } finally {
      await tm.close()
    }
  } finally {
    stop()
    release()
  }
}

function outputOf(path: string): Output {
  const found = endings.find(([ending]) => ending.test(path))
  if (found === undefined)
    throw new TidemillError('cli.usage', `no writer for ${path} (have .csv, .ndjson, .jsonl, .parquet, text also .gz)`)
  return { path, format: found[1] }
}

function write(
  data: Dataset<OpenRow>,
  model: AnyModel,
  { format, path }: Output,
  replace: boolean,
  signal: AbortSignal,
): Promise<{ readonly rows: number; readonly bytes: number }> {
  const mode = replace ? 'replace' : 'fail'
  if (format === 'csv') return told(shares(data, model).write(csv(path, { mode }), { signal }), path)
  const sink: Sink<OpenRow, 'append'> = format === 'parquet' ? parquet(path, { mode }) : ndjson(path, { mode })
  return told(data.write(sink, { signal }), path)
}

/** A field of CSV holds one value, so a list of probabilities becomes a column for each class: `probability=setosa`. */
function shares(data: Dataset<OpenRow>, model: AnyModel): Dataset<OpenRow> {
  const { classes } = model
  if (classes === undefined) return data
  return data
    .withColumns(r => Object.fromEntries(classes.map((label, index) => [`probability=${String(label)}`, r['probabilities'].at(index)])))
    .drop('probabilities')
}

async function told<T>(work: Promise<T>, path: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'connectors.exists') throw error
    throw new TidemillError(error.code, error.message, { hint: 'name another file, or add --replace', details: { path }, cause: error })
  }
}

function table(first: readonly object[], total: number): string {
  const described = describeValue(first)
  return renderTerminal(described.kind === 'table' ? { ...described, total } : described, terminalLook())
}
