import { plot as plotOf, type PlotOptions } from '../chart/index.ts'
import { describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { tellLeftOut } from './left-out.ts'
import { print, printJson, terminalLook } from './output.ts'
import { sourceOf } from './source-of.ts'
import type { TextWords } from './text-words.ts'
import { whileWidening } from './while-widening.ts'

export interface PlotCommandOptions extends TextWords {
  readonly x?: string
  readonly y?: string
  readonly color?: string
  readonly kind?: string
  readonly aggregate?: string
  readonly bins?: string
  readonly facet?: string
  readonly sort?: string
  readonly top?: string
  readonly bars?: string
  readonly log?: string
  readonly timeZone?: string
  readonly title?: string
  readonly out?: string
  readonly open?: boolean
  readonly json?: boolean
  readonly format?: string
  readonly table?: string
  readonly quiet?: boolean
}

/** Draws columns of a file: on the terminal, or into a file by its ending. */
export async function plot(file: string, options: PlotCommandOptions): Promise<void> {
  const { out, json = false, quiet = false } = options
  if (out !== undefined && !/\.(svg|png|html|json)$/i.test(out))
    throw new TidemillError('cli.usage', `no drawing of ${out} (have .svg, .png, .html, .json)`)
  const source = await sourceOf(file, options)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: quiet || json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const data = await tm.read(source, { signal })
    tellLeftOut(data)
    const wanted = { ...asked(options), signal }
    const { answer: chart, notes } = await whileWidening(tm, source, data, read => plotOf(read, wanted))
    if (out !== undefined) await chart.save(out, { signal })
    if (options.open === true) await chart.open()
    if (json) {
      const { type, title, reason, notes: told, rows, panels, summary } = chart
      printJson({ file, type, title, reason, notes: told, rows, panels, summary, ...(notes.length === 0 ? {} : { widened: notes }) })
      return
    }
    for (const note of notes) process.stderr.write(`note: type changed, as the first rows did not tell it: ${note}\n`)
    if (out === undefined) print(renderTerminal(describeValue(chart), terminalLook()))
    else print(`${out}: ${chart.type}: ${chart.reason}`)
  } catch (error) {
    throw inOptions(error)
  } finally {
    stop()
    release()
    await tm.close()
  }
}

/** What a call of `plot` is told to do, in the words of the command line. */
function inOptions(error: unknown): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'chart.argument' || error.hint?.includes('plot(data') !== true) return error
  return new TidemillError('cli.usage', error.message, { hint: '--x COLUMN, --y COLUMN, or both', details: error.details, cause: error })
}

/** What the chart takes; it checks the words itself, and says what there is. */
function asked({ x, y, color, facet, kind, aggregate, bins, sort, top, bars, log, timeZone, title }: PlotCommandOptions): PlotOptions {
  const logs = log?.split(',') ?? []
  const other = logs.find(axis => axis !== 'x' && axis !== 'y')
  if (other !== undefined) throw new TidemillError('cli.usage', `--log wants x, y or x,y, not ${log}`)
  return {
    x,
    y,
    color,
    facet,
    title,
    timeZone,
    type: kind as PlotOptions['type'],
    aggregate: aggregate as PlotOptions['aggregate'],
    sort: sort as PlotOptions['sort'],
    bars: bars as PlotOptions['bars'],
    bins: whole('--bins', bins),
    top: whole('--top', top),
    xScale: logs.includes('x') ? 'log' : undefined,
    yScale: logs.includes('y') ? 'log' : undefined,
  }
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,4}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new TidemillError('cli.usage', `${option} must be a whole number, not ${text}`)
}
