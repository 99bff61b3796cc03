import { describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { profile as profileOf } from '../quality/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { chosenColumns } from './chosen-columns.ts'
import { interruptSignal } from './interrupt.ts'
import { tellLeftOut } from './left-out.ts'
import { print, printJson, terminalLook } from './output.ts'
import { sourceOf } from './source-of.ts'
import type { TextWords } from './text-words.ts'
import { whileWidening } from './while-widening.ts'

export interface ProfileOptions extends TextWords {
  readonly html?: string
  readonly json?: boolean
  readonly format?: string
  readonly table?: string
  readonly columns?: string
  readonly quiet?: boolean
}

/** What the columns of a file hold: on the terminal, as JSON, as a page. */
export async function profile(file: string, options: ProfileOptions): Promise<void> {
  const { html, json = false, quiet = false } = options
  if (html !== undefined && !/\.html?$/i.test(html))
    throw new TidemillError('cli.usage', `--html wants the name of a page, such as profile.html, not ${html}`)
  const source = await sourceOf(file, options)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: quiet || json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const data = await tm.read(source, { signal })
    tellLeftOut(data)
    const { answer, notes } = await whileWidening(tm, source, data, read => profileOf(chosenColumns(read, options.columns), { signal }))
    if (html !== undefined) await answer.toHtml(html, { signal })
    if (json) {
      printJson({ file, ...answer.toJson(), ...(notes.length === 0 ? {} : { widened: notes }) })
      return
    }
    for (const note of notes) print(`type changed, as the first rows did not tell it: ${note}`)
    if (html === undefined) print(renderTerminal(describeValue(answer), terminalLook()))
    else print(`${html}: written`)
  } finally {
    stop()
    release()
    await tm.close()
  }
}
