import { TidemillError } from '../../../../errors/index.ts'
import { readRecords } from '../files/index.ts'
import { makeOperators, rangeOf } from '../operators/index.ts'
import type { Io, Stage } from '../seams.ts'
import { SourceSubtask } from './source-subtask.ts'
import { filesFor, floorsOf, type Restored, type SubtaskPlace } from './subtask.ts'
import { WorkSubtask } from './work-subtask.ts'

/** A subtask with its state as the manifest has it: makes the operators, reads their records by key group, opens the writers of its sinks. */
export function* openSubtask(place: SubtaskPlace): Io<SourceSubtask | WorkSubtask> {
  const stage = place.graph.stages[place.stage]
  if (stage === undefined) throw new TidemillError('engine.internal', `no stage ${place.stage} in the graph`)
  const restored = yield* restore(place, stage)
  return stage.source === undefined ? new WorkSubtask(place, restored) : new SourceSubtask(place, restored)
}

function* restore(place: SubtaskPlace, stage: Stage): Io<Restored> {
  const { base, disk } = place
  const states = base.states.filter(state => state.stage === stage.index)
  const { low, high } = rangeOf(place.index, stage.parallelism)
  const files = filesFor(states, low, high)
  const operators = makeOperators(stage, place.context)
  const byId = new Map(operators.map(operator => [operator.id, operator]))
  for (const file of files)
    yield* readRecords(disk, place.baseFolder ?? place.folder, file, base.job, (id, record) => {
      const operator = byId.get(id)
      if (operator?.restore === undefined) throw new TidemillError('stream.changed-plan', `state of step ${id}: there is no such step now`)
      operator.restore(record)
    })
  return { operators, files, floors: floorsOf(states) }
}
