/** What `train` says on a terminal: before it learns what it is going to do, afterwards what came out. */
import { type Description, formatCell, renderTerminal, type TableColumn } from '../display/index.ts'
import { shownNumber } from './figure.ts'
import { counted, print, terminalLook } from './output.ts'
import { type Kept, numbersIn } from './train-keep.ts'
import type { Figures, Learnt, Search } from './train-learn.ts'
import { nextCommands } from './train-next.ts'
import type { TrainPlan } from './train-plan.ts'
import type { TrainRequest } from './train-request.ts'
import type { TrainTable } from './train-table.ts'

/** What the printing needs of a training. */
export interface Training {
  readonly file: string
  readonly request: TrainRequest
  readonly table: TrainTable
  readonly plan: TrainPlan
}

const mostCandidates = 20
/** Characters that the table of figures needs; numbers of rows are longer or shorter, so some more. */
const narrowest = 90
const mostFeatures = 10
const mostLabels = 12

/** What was read, and what is going to be learnt. */
export function printPlan({ file, request, table, plan }: Training): void {
  const { target, columns, model, trainRows, testRows } = plan
  const pairs: [string, string][] = [
    ['read', `${file}: ${counted(table.rows + table.missing, 'row')}, ${counted(table.columns, 'column')}`],
  ]
  for (const note of table.notes) pairs.push(['', note])
  pairs.push(['target', `${target.name} (${target.type}): ${target.classes === undefined ? 'a number' : classesText(target.classes)}`])
  if (target.note !== undefined) pairs.push(['', target.note])
  if (table.missing > 0) pairs.push(['', `${counted(table.missing, 'row')} without a value of ${target.name} left out`])
  for (const [index, text] of model.prepared.entries()) pairs.push([index === 0 ? 'prepared' : '', text])
  for (const [index, { column, why }] of columns.leftOut.entries()) pairs.push([index === 0 ? 'left out' : '', `${column} (${why})`])
  if (columns.leftOut.length > 0) pairs.push(['', 'to take them all the same, name the columns: --columns a,b'])
  pairs.push(['model', `${model.kind} (${paramsText(model.params, request.grid)})`])
  const how = target.task === 'classes' ? ', each class in proportion' : ''
  pairs.push(['split', `${counted(trainRows, 'row')} to learn from, ${testRows} held out (seed ${request.seed}${how})`])
  printPairs(pairs)
}

/** What came out. */
export function printLearnt(training: Training, kept: Kept, seconds: number): void {
  const { plan, request } = training
  const { learnt, saved, version } = kept
  if (learnt.search !== undefined) printCandidates(learnt.search, plan.trainRows)
  printFigures(plan, learnt)
  printImportance(learnt)
  print('')
  const pairs: [string, string][] = learnt.notes.map((note, index) => [index === 0 ? 'note' : '', note])
  pairs.push(['time', `${shownNumber(seconds)} s`])
  if (saved !== undefined) pairs.push(['saved', saved])
  if (version !== undefined) pairs.push(['registered', `${version.name} version ${version.number}`])
  if (saved === undefined && version === undefined) pairs.push(['kept', 'no: --out FOLDER saves it, --register NAME registers it'])
  printPairs(pairs)
  const next = nextCommands(training.file, kept, request.workspace)
  if (next.length > 0) print(`\nnext\n${next.map(line => `  ${line}`).join('\n')}`)
}

function printCandidates({ scoring, folds, best, candidates }: Search, rows: number): void {
  const shown = candidates.slice(0, mostCandidates)
  print(`\n${counted(candidates.length, 'candidate')}, each scored on ${folds} folds of the ${rows} rows to learn from; best first`)
  const names = Object.keys(shown[0] ?? {})
  printTable(
    names.map(name => ({ name, type: '', align: shown.every(row => typeof row[name] === 'number') ? 'right' : 'left' })),
    shown.map(row => names.map(name => cell(row[name]))),
    candidates.length,
  )
  const chosen = Object.entries(best).map(([name, value]) => `${name} ${String(value)}`)
  print(`chosen by ${scoring}: ${chosen.join(', ')}`)
}

function printFigures({ target, trainRows, testRows }: TrainPlan, { training, heldOut, baseline }: Learnt): void {
  const guess = target.task === 'classes' ? 'always the most frequent class' : 'always the mean'
  print(`\nhow good it is; what counts is HELD OUT, the rows it has never seen (baseline: ${guess})`)
  const column = (name: string): TableColumn => ({ name, type: '', align: 'right' })
  const names = numbersIn(heldOut).map(([name]) => name)
  const metric: TableColumn = { name: 'metric', type: '', align: 'left' }
  // A table too wide loses columns out of its middle, and there is what counts.
  if (terminalLook().width < narrowest)
    printTable(
      [metric, column('HELD OUT')],
      names.map(name => [name, cell(heldOut[name])]),
    )
  else
    printTable(
      [
        metric,
        column(`HELD OUT (${counted(testRows, 'row')})`),
        column('baseline on them'),
        column(`training (${counted(trainRows, 'row')})`),
      ],
      names.map(name => [name, cell(heldOut[name]), cell(baseline[name]), cell(training[name])]),
    )
  if (heldOut['positive'] !== undefined) print(`precision, recall and f1 are those of class ${cell(heldOut['positive'])}`)
  printConfusion(heldOut)
}

/** Of few classes: which are taken for which. */
function printConfusion(heldOut: Figures): void {
  const found = heldOut['confusion'] as { readonly labels: readonly unknown[]; readonly counts: readonly (readonly number[])[] } | undefined
  if (found === undefined || found.labels.length > mostLabels) return
  print('\nheld-out rows by true class (down) and predicted class (across)')
  const labels = found.labels.map(String)
  printTable(
    [{ name: 'true', type: '', align: 'left' }, ...labels.map(name => ({ name, type: '', align: 'right' as const }))],
    labels.map((label, index) => [label, ...(found.counts[index] ?? []).map(String)]),
  )
}

function printImportance({ importance, importanceRows }: Learnt): void {
  print(
    `\nmost important columns: how much worse the score gets when one is shuffled (${counted(importanceRows, 'held-out row')}, 5 times)`,
  )
  const shown = importance.slice(0, mostFeatures)
  printTable(
    [
      { name: 'column', type: '', align: 'left' },
      { name: 'mean', type: '', align: 'right' },
      { name: 'deviation', type: '', align: 'right' },
    ],
    shown.map(({ feature, mean, std }) => [feature, cell(mean), cell(std)]),
    importance.length,
  )
}

function printTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], total = rows.length): void {
  const table: Description = { kind: 'table', columns, rows, shown: rows.length, total }
  print(renderTerminal(table, terminalLook()))
}

/** Names at the left, as wide as the longest; what has none continues the line above. */
function printPairs(pairs: readonly (readonly [name: string, text: string])[]): void {
  for (const [name, text] of pairs) print(`${name.padEnd(11)}${text}`)
}

function cell(value: unknown): string {
  return typeof value === 'number' ? shownNumber(value) : (formatCell(value) ?? '')
}

function classesText(classes: NonNullable<TrainPlan['target']['classes']>): string {
  const shown = classes.slice(0, 6).map(({ label, rows }) => `${String(label)} ${rows}`)
  return `${classes.length} classes: ${shown.join(', ')}${classes.length > 6 ? ', ...' : ''}`
}

function paramsText(params: Figures, grid: TrainRequest['grid']): string {
  const settled = Object.entries(params).filter(([name]) => grid?.[name] === undefined)
  const tried = Object.entries(grid ?? {}).map(([name, values]) => `${name} one of ${values.map(String).join(', ')}`)
  return [...settled.map(([name, value]) => `${name} ${String(value)}`), ...tried].join('; ')
}
