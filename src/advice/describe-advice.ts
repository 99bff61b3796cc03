import { formatCount, formatSize, type Description } from '../display/index.ts'
import type { Advice, PartitionBy } from './types.ts'

type Said = Pick<Advice, 'figures' | 'run' | 'partition' | 'store'>

/** One line of each answer, its reasons below. */
export function adviceText(advice: Said): string {
  return answers(advice)
    .map(([question, answer, because]) => [`${question}: ${answer}`, ...because.map(reason => `  - ${reason}`)].join('\n'))
    .join('\n')
}

/** As a table of question, answer and reasons. */
export function describeAdvice(advice: Said): Description {
  const { figures } = advice
  const rows = answers(advice).flatMap(([question, answer, because]) => [
    [question, answer, because[0] ?? ''],
    ...because.slice(1).map(reason => ['', '', reason]),
  ])
  return {
    kind: 'table',
    title: 'advice',
    columns: ['question', 'answer', 'because'].map(name => ({ name, type: '', align: 'left' as const })),
    rows,
    shown: rows.length,
    note: `sizes of ${formatCount(figures.sources.reduce((sum, source) => sum + source.files, 0))} files and ${formatCount(figures.sampledRows)} rows were looked at; the rest is estimated`,
  }
}

function answers({ run, partition, store }: Said): readonly (readonly [string, string, readonly string[]])[] {
  const where =
    run.where === 'embedded' ? `on this machine, memoryLimit ${formatSize(run.memoryLimit)}` : `on a cluster, ${run.workers ?? 2} workers`
  const price = run.price === undefined ? '' : `, price ${run.price.toPrecision(2)}`
  return [
    ['where to run', `${where}${price}`, run.because],
    ['how to partition', partitionText(partition.partition), partition.because],
    ['how to store', `${store.store}${store.compact ? ', after compacting' : ''}`, store.because],
  ]
}

function partitionText(partition: PartitionBy): string {
  switch (partition.by) {
    case 'nothing':
      return 'not at all'
    case 'value':
      return `by ${partition.column}, ${partition.parts} parts`
    case 'time':
      return `by ${partition.every} of ${partition.column}, ${partition.parts} parts`
    case 'hash':
      return `by hash of ${partition.column}, ${partition.parts} parts`
  }
}
