import { formatSize } from '../display/index.ts'
import type { Analysis, StepAnalysis } from './seams.ts'

/** What a run took, a line a step. */
export function printAnalysis({ rows, ms, cpuMs, memoryBytes, spilledBytes, readBytes, steps }: Analysis): string {
  const lines = steps.map(step => [
    `${'  '.repeat(step.depth)}${step.step.length > 70 ? `${step.step.slice(0, 69)}…` : step.step}`,
    step.rows === undefined ? '' : formatCount(step.rows),
    step.ms === undefined ? '' : formatMs(step.ms),
    [step.by, ...notesOf(step)].join(', '),
  ])
  const table = [['step', 'rows', 'time', 'done by'], ...lines]
  const widths = [0, 1, 2].map(place => Math.max(...table.map(line => line[place]?.length ?? 0)))
  const text = table.map(([step = '', count = '', time = '', by = '']) =>
    `${step.padEnd(widths[0] ?? 0)}  ${count.padStart(widths[1] ?? 0)}  ${time.padStart(widths[2] ?? 0)}  ${by}`.trimEnd(),
  )
  const spilled = spilledBytes === 0 ? 'nothing spilled' : `${formatSize(spilledBytes)} spilled`
  const whole = `${formatCount(rows)} rows in ${formatMs(ms)}, processor ${formatMs(cpuMs)}, ${formatSize(readBytes)} read, memory ${formatSize(memoryBytes)}, ${spilled}`
  return `${whole}\n${text.join('\n')}`
}

/** Every digit, in groups of three. */
function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`
}

function notesOf({ rowsInFiles, files, batches, leftOut, at }: StepAnalysis): readonly string[] {
  return [
    ...(rowsInFiles === undefined ? [] : [`of ${formatCount(rowsInFiles)} rows`]),
    ...(files === undefined || files.all === 1 ? [] : [`${files.read} of ${files.all} files`]),
    ...(batches === undefined ? [] : [`${formatCount(batches)} ${batches === 1 ? 'batch' : 'batches'}`]),
    ...(leftOut === undefined || leftOut === 0 ? [] : [`${formatCount(leftOut)} rows left out`]),
    ...(at === undefined ? [] : [`at ${at}`]),
  ]
}
