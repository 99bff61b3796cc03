/** What the target is: labels to tell apart, or a number to predict. */
import type { Dataset } from '../dataset/index.ts'
import { TidemillError } from '../errors/index.ts'
import { count } from '../expr/index.ts'
import type { ColumnProfile } from '../quality/index.ts'
import { type Field, familyOf, isInteger, printType, type OpenRow } from '../schema/index.ts'
import { isNumber } from './train-columns.ts'
import type { Task, TrainRequest } from './train-request.ts'

export interface Target {
  readonly name: string
  readonly type: string
  readonly task: Task
  /** How it was decided, where it could have been the other. */
  readonly note: string | undefined
  /** Labels and their rows, the most frequent first; of a number undefined. */
  readonly classes: readonly { readonly label: unknown; readonly rows: number }[] | undefined
  /** Rows without a target, which are left out. */
  readonly missing: number
}

/** Whole numbers are taken for labels when there are at most so many of them, and each comes often enough. */
const fewLabels = 10
const rowsALabel = 3
/** As the learners have it: more labels are an id. */
const mostClasses = 1_000
/** Fewer rows cannot be cut into a part to learn from and one to be judged by. */
export const fewestRows = 10

/** Decides what is predicted. @throws cli.train when the target cannot be, or tells nothing */
export async function trainTarget(
  data: Dataset<OpenRow>,
  field: Field,
  profile: ColumnProfile,
  { request, missing, signal }: { readonly request: TrainRequest; readonly missing: number; readonly signal: AbortSignal },
): Promise<Target> {
  const { name } = field
  const rows = profile.count
  if (rows < fewestRows)
    throw problem(
      `too few rows to learn from: ${rows}${missing > 0 ? ` have a value of ${name}, ${missing} have none` : ''} (at least ${fewestRows} are needed, as some are held out)`,
    )
  const distinct = profile.distinct ?? rows
  const { task, note } = decide(field, distinct, rows, request.task)
  if (distinct === 1)
    throw problem(
      task === 'classes'
        ? `target ${name} has one class only: ${String(profile.min ?? profile.top[0]?.value)}`
        : `target ${name} is the same in every row: ${String(profile.min)}`,
      'there is nothing to learn; look at the file with: tidemill FILE',
    )
  const about = { name, type: printType(field.type), task, note, missing }
  if (task === 'number') return { ...about, classes: undefined }
  if (distinct > mostClasses)
    throw problem(`target ${name} has ${distinct} different labels, at most ${mostClasses} can be told apart`, otherWay(field))
  // Booleans have no smallest or most frequent value in a profile, so the labels are counted.
  const found = await data
    .groupBy(name)
    .agg(() => ({ 'rows of label': count() }))
    .rows({ signal })
  const classes = found.map(row => ({ label: row[name] as unknown, rows: Number(row['rows of label']) }))
  return { ...about, classes: classes.toSorted((a, b) => b.rows - a.rows || (String(a.label) < String(b.label) ? -1 : 1)) }
}

function decide(
  field: Field,
  distinct: number,
  rows: number,
  asked: Task | undefined,
): { readonly task: Task; readonly note: string | undefined } {
  const { name, type } = field
  const number = isNumber(type)
  if (!number && familyOf(type) !== 'text')
    throw problem(`target ${name} is a ${printType(type)}, which cannot be predicted`, 'a target is a number, a text or a boolean')
  if (asked === 'number' && (!number || type === 'boolean'))
    throw problem(`target ${name} is ${type === 'boolean' ? 'a boolean' : 'text'}, so no number can be predicted`, 'leave --regress out')
  if (asked !== undefined) return { task: asked, note: undefined }
  if (!number || type === 'boolean') return { task: 'classes', note: undefined }
  const whole = isInteger(type)
  if (!whole) return { task: 'number', note: undefined }
  if (distinct <= fewLabels && rows >= distinct * rowsALabel)
    return { task: 'classes', note: `its ${distinct} whole numbers are taken for classes; --regress predicts a number` }
  return { task: 'number', note: 'its whole numbers are taken for a measure; --classify takes them for classes' }
}

function otherWay({ type }: Field): string {
  return isNumber(type) && type !== 'boolean' ? 'to predict a number: --regress' : 'is it an id? name another --target'
}

function problem(message: string, hint?: string): TidemillError {
  return new TidemillError('cli.train', message, hint === undefined ? {} : { hint })
}
