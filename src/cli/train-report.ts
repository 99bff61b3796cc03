import type { Kept } from './train-keep.ts'
import { nextCommands } from './train-next.ts'
import type { Training } from './train-print.ts'

/** All that `train` did, as one object. */
export function trainReport({ file, request, table, plan }: Training, kept: Kept, seconds: number): object {
  const { target, columns, model, trainRows, testRows } = plan
  const { learnt, saved, version } = kept
  return {
    file,
    rows: table.rows + table.missing,
    columns: table.columns,
    target: {
      name: target.name,
      type: target.type,
      task: target.task,
      missing: table.missing,
      ...(target.classes === undefined ? {} : { classes: target.classes }),
      ...(target.note === undefined ? {} : { note: target.note }),
    },
    features: { numbers: columns.numbers, texts: columns.texts, leftOut: columns.leftOut },
    prepared: model.prepared,
    model: { kind: model.kind, params: { ...model.params, ...learnt.search?.best } },
    split: { training: trainRows, heldOut: testRows, seed: request.seed, inProportion: target.task === 'classes' },
    ...(learnt.search === undefined ? {} : { search: learnt.search }),
    metrics: { heldOut: learnt.heldOut, baseline: learnt.baseline, training: learnt.training },
    importance: { rows: learnt.importanceRows, columns: learnt.importance },
    notes: [...table.notes, ...learnt.notes],
    seconds,
    ...(saved === undefined ? {} : { saved }),
    ...(version === undefined
      ? {}
      : { registered: { name: version.name, version: version.number, run: version.run, workspace: request.workspace } }),
    next: nextCommands(file, kept, request.workspace),
  }
}
