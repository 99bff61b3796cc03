/** The steps of a table's plan and their options: every one of them has a case. */
import type { NodeName, Plan } from '../../plan/index.ts'

const joins = ['inner', 'left', 'right', 'full', 'semi', 'anti'].map(how => `join ${how}`)

/** What an engine must be shown to do, by the steps; of steps of streams nothing: streams have cases of their own. */
export const engineFeatures: Readonly<Record<NodeName, readonly string[]>> = {
  scan: ['scan'],
  filter: ['filter'],
  project: ['project', 'project not null'],
  aggregate: ['aggregate by keys', 'aggregate of all', 'aggregate without aggregates', 'aggregate by sets', 'aggregate with the level'],
  join: [
    ...joins,
    'join without keys',
    'join where',
    'join one-to-one',
    'join one-to-many',
    'join many-to-one',
    'join many-to-many fails',
    'join many-to-many warns',
  ],
  asOf: ['asOf backward', 'asOf forward', 'asOf strict', 'asOf with keys', 'asOf without keys'],
  union: ['union', 'union of several'],
  sort: ['sort', 'sort descending', 'sort nulls first'],
  limit: ['limit', 'limit with offset'],
  split: [
    'split random',
    'split random stratified',
    'split by',
    'split order',
    'split rows',
    'split sample',
    'split sample stratified',
    'split draws',
  ],
  explode: ['explode', 'explode of several', 'explode outer'],
  map: ['map each', 'map many', 'map batch', 'map declared', 'map undeclared', 'map skips faults', 'map quarantines faults'],
  transform: ['transform'],
  deferred: ['deferred'],
  eventTime: [],
  process: [],
  onError: [],
  late: [],
  sink: [],
}

/** Which of them a step shows. */
export function featuresOf(plan: Plan): readonly string[] {
  const some = (...made: readonly (string | false | undefined)[]): string[] => made.filter(one => typeof one === 'string')
  switch (plan.node) {
    case 'project':
      return some(plan.node, plan.notNull !== undefined && 'project not null')
    case 'aggregate':
      return some(
        plan.sets !== undefined ? 'aggregate by sets' : plan.keys.length === 0 ? 'aggregate of all' : 'aggregate by keys',
        plan.aggs.length === 0 && 'aggregate without aggregates',
        plan.level !== undefined && 'aggregate with the level',
      )
    case 'join':
      return some(
        `join ${plan.how}`,
        plan.on.length === 0 && 'join without keys',
        plan.where !== undefined && 'join where',
        plan.check?.validate !== undefined && `join ${plan.check.validate}`,
        plan.check?.manyToMany !== undefined && `join many-to-many ${plan.check.manyToMany}s`,
      )
    case 'asOf':
      return some(`asOf ${plan.direction}`, plan.strict && 'asOf strict', plan.on.length > 0 ? 'asOf with keys' : 'asOf without keys')
    case 'union':
      return some('union', plan.inputs.length > 2 && 'union of several')
    case 'sort':
      return some(
        'sort',
        plan.by.some(({ descending }) => descending) && 'sort descending',
        plan.by.some(({ nulls }) => nulls === 'first') && 'sort nulls first',
      )
    case 'limit':
      return some('limit', plan.offset > 0 && 'limit with offset')
    case 'split':
      return some(`split ${plan.how.kind}${'stratify' in plan.how && plan.how.stratify !== undefined ? ' stratified' : ''}`)
    case 'explode':
      return some('explode', plan.also !== undefined && 'explode of several', plan.outer === true && 'explode outer')
    case 'map':
      return some(
        `map ${plan.mode}`,
        plan.declared === undefined ? 'map undeclared' : 'map declared',
        plan.policy?.onError === 'skip' && 'map skips faults',
        plan.policy?.onError === 'quarantine' && 'map quarantines faults',
      )
    default:
      return [plan.node]
  }
}
