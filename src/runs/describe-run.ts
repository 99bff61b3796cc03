import { type Description, describeValue, formatCount, formatSeconds, formatSize } from '../display/index.ts'
import { type JobFigures, jobReport } from '../mapreduce/index.ts'
import type { KeptRun } from './types.ts'

/** A kept run as a person sees it: figures, inputs, plan; of a MapReduce job its report too. */
export function describeRun(run: KeptRun): Description {
  const pairs: Description = { kind: 'keyValues', title: `run ${run.id}`, pairs: pairsOf(run) }
  const report: JobFigures | undefined = run.job?.report
  return report === undefined ? pairs : { kind: 'group', items: [pairs, describeValue(jobReport(report))] }
}

function pairsOf(run: KeptRun): (readonly [string, string])[] {
  const { figures, result, inputs, program, code, wrote } = run
  return [
    ['status', run.failure === undefined ? run.status : `${run.status}: ${run.failure}`],
    ['started', `${run.started.toISOString()} by ${run.by}`],
    ['took', `${time(figures.ms)}, processor ${time(figures.cpuMs)}, memory ${formatSize(figures.memoryBytes)}`],
    ['rows', `${formatCount(figures.rows)}${figures.leftOut === 0 ? '' : `, ${formatCount(figures.leftOut)} left out`}`],
    ...(result === undefined
      ? []
      : [['kept', `${result.whole ? 'all' : 'the first'} ${formatCount(result.rows)} rows, ${formatSize(result.bytes)}`] as const]),
    ...(wrote === undefined ? [] : [['wrote', `${wrote.files.length} files, ${formatSize(wrote.bytes)}`] as const]),
    ...inputs
      .slice(0, 20)
      .map(input => ['input', `${input.name}${input.bytes === undefined ? '' : `, ${formatSize(input.bytes)}`}`] as const),
    ...(inputs.length > 20 ? [['input', `and ${inputs.length - 20} more`] as const] : []),
    ...figures.functions.map(each => ['function', `${each.step}: ${formatCount(each.rows)} rows, ${time(each.ms)}`] as const),
    ...(program.path === undefined ? [] : [['program', program.path] as const]),
    ...(code === undefined ? [] : [['code', `${code.commit}${code.dirty === true ? ', with changes' : ''}`] as const]),
    ['plan', run.plan.optimised],
  ]
}

function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : formatSeconds(ms / 1000)
}
