import { type Batch, stringsOf } from '../../../../batch/index.ts'
import { visible } from '../../../../display/index.ts'
import type { SinkStep, StreamSink } from '../seams.ts'
import { outboxSink } from './outbox-sink.ts'
import type { SinkPlace } from './place.ts'

export interface ConsoleOptions {
  readonly name?: string | undefined
}

/**
 * Prints a line for each row when its epoch is committed: `alert overheat: machine=m1 mean=91.5`. Data cannot steer the terminal: control characters are written out.
 * At least once: rows of an epoch that was printed in part before a crash are printed again.
 */
export function consoleSink(step: SinkStep, at: SinkPlace): StreamSink {
  const { name } = step.options as ConsoleOptions
  const print = at.print ?? printOut
  const head = name === undefined ? 'alert:' : `alert ${visible(name)}:`
  const names = step.fields.map(field => visible(field.name))
  return outboxSink(
    step,
    at,
    batch => consoleLines(head, names, batch),
    function* ({ lines }) {
      yield
      print(`${lines.join('\n')}\n`)
    },
  )
}

function printOut(text: string): void {
  process.stdout.write(text)
}

function consoleLines(head: string, names: readonly string[], batch: Batch): readonly string[] {
  const columns = batch.columns.slice(0, names.length).map(stringsOf)
  return Array.from({ length: batch.rows }, (_, i) => {
    const cells = names.map((name, c) => `${name}=${shown(columns[c]?.[i] ?? null)}`)
    return `${head} ${cells.join(' ')}`
  })
}

function shown(text: string | null): string {
  if (text === null) return 'null'
  return visible(text !== '' && !/[\s"=]/.test(text) ? text : JSON.stringify(text))
}
