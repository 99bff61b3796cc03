import { createInterface } from 'node:readline'
import { Recoverable, type REPLEval, type REPLServer, start } from 'node:repl'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Dataset } from '../dataset/index.ts'
import { embedded } from '../engines/embedded/index.ts'
import { progressReporter } from '../display/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { evaluator, type Evaluator } from './evaluate.ts'
import { historyPath } from './history.ts'
import { interruptible } from './interruptible.ts'
import { counted, print } from './output.ts'
import { completeRepl } from './repl-complete.ts'
import { replScope } from './repl-scope.ts'
import { Unfinished } from './repl-source.ts'
import { sourceOf } from './source-of.ts'
import { type TextWords, textWords } from './text-words.ts'
import { thrown } from './thrown.ts'
import { typeText } from './widen.ts'
import { withoutExperimentalWarnings } from './without-warnings.ts'

export interface ReplOptions extends TextWords {
  readonly workspace: string
  readonly quiet?: boolean
}

/**
 * Evaluates TypeScript as it is typed, with a session, sources and functions at hand. Files are tables: the first is `data`, others have the names they are given.
 * Without a terminal standard input is evaluated to its end, or to the first error.
 */
export async function repl(files: readonly string[], options: ReplOptions): Promise<void> {
  withoutExperimentalWarnings()
  const terminal = process.stdin.isTTY && process.stdout.isTTY
  const evaluating = evaluator(terminal ? cookedTerminal : undefined)
  const tm = await tidemill({ workspace: options.workspace, engine: interruptible(embedded(), evaluating.signal) })
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet })
  try {
    const tables = await openTables(tm, files, options)
    for (const [name, value] of Object.entries({ ...replScope(tm), ...tables }))
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true })
    if (!terminal) {
      await evaluateInput(evaluating)
      return
    }
    print(`Tidemill on Node ${process.versions.node}: tm, csv(), parquet(), count() ... are there; .help tells more`)
    for (const [name, table] of Object.entries(tables))
      print(
        `${name}: ${counted(table.schema.length, 'column')}: ${table.schema.map(field => `${field.name} ${typeText(field)}`).join(', ')}`,
      )
    await atTerminal(evaluating, options.workspace)
  } finally {
    stop()
    await tm.close()
  }
}

/** `sales=data/sales.csv`, or `data/sales.csv`: the first of these is `data`, the next `data2`. */
async function openTables(tm: Session, files: readonly string[], options: TextWords): Promise<Readonly<Record<string, Dataset<OpenRow>>>> {
  const tables: Record<string, Dataset<OpenRow>> = {}
  let unnamed = 0
  for (const file of files) {
    const [, name, path = file] = /^([A-Za-z_$][\w$]*)=(.+)$/s.exec(file) ?? []
    if (name === undefined) unnamed++
    tables[name ?? (unnamed === 1 ? 'data' : `data${unnamed}`)] = await tm.read(
      await sourceOf(path, { ...textWords(options), mixed: true }),
    )
  }
  return tables
}

/** In raw mode Ctrl-C is a key, which code that runs never hears. */
function cookedTerminal<T>(work: () => T): T {
  process.stdin.setRawMode(false)
  try {
    return work()
  } finally {
    process.stdin.setRawMode(true)
  }
}

async function atTerminal(evaluating: Evaluator, workspace: string): Promise<void> {
  const texts: { text: string | undefined } = { text: undefined }
  const server = start({
    prompt: 'tidemill> ',
    useGlobal: true,
    ignoreUndefined: true,
    preview: false,
    completer: completeRepl,
    writer: () => texts.text ?? '',
    eval: evaluates(evaluating, texts),
  })
  holdKeys(server)
  server.removeAllListeners('SIGINT')
  server.on('SIGINT', () => {
    if (evaluating.interrupt()) return
    process.stdout.write(server.line === '' ? '\n(.exit or Ctrl-D leaves)\n' : '\n')
    server.clearBufferedCommand()
    server.write(null, { ctrl: true, name: 'e' })
    server.write(null, { ctrl: true, name: 'u' })
    server.displayPrompt()
  })
  await keepHistory(server, historyPath(workspace, 'repl'))
  await new Promise<void>(resolve => server.once('exit', resolve))
}

function evaluates(evaluating: Evaluator, texts: { text: string | undefined }): REPLEval {
  return (typed, _context, _file, done) => void answer(evaluating, typed, texts, done)
}

async function answer(
  evaluating: Evaluator,
  typed: string,
  texts: { text: string | undefined },
  done: (error: Error | null, value: unknown) => void,
): Promise<void> {
  let error: Error | null = null
  let value: unknown
  try {
    const evaluated = await evaluating.evaluate(typed)
    texts.text = evaluated.text
    ;({ value } = evaluated)
  } catch (cause) {
    if (cause instanceof Unfinished) error = new Recoverable(cause)
    else process.stdout.write(`${thrown(cause, undefined).text}\n`)
  }
  done(error, value)
}

interface Keys {
  _ttyWrite(text: string | undefined, key: { readonly ctrl?: boolean; readonly name?: string }): void
}

/** Keys that are pressed while something runs come when it has ended, but for Ctrl-C: a pasted text is many lines at once. */
function holdKeys(server: REPLServer): void {
  const keys = server as unknown as Keys
  const write = keys._ttyWrite.bind(server)
  const held: Parameters<Keys['_ttyWrite']>[] = []
  let busy = false
  keys._ttyWrite = (text, key) => {
    if (busy && !(key.ctrl === true && key.name === 'c')) held.push([text, key])
    else write(text, key)
  }
  const { eval: inner } = server as unknown as { readonly eval: REPLEval }
  const evaluatesAlone: REPLEval = function (typed, context, file, done) {
    busy = true
    inner.call(this, typed, context, file, (error, value) => {
      done(error, value)
      busy = false
      while (!busy) {
        const next = held.shift()
        if (next === undefined) return
        write(...next)
      }
    })
  }
  Object.assign(server, { eval: evaluatesAlone })
}

/** Node makes the file for its owner alone. A history that cannot be kept is told, and lost. */
async function keepHistory(server: REPLServer, path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await new Promise<void>((resolve, reject) => {
      server.setupHistory(path, error => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  } catch (error) {
    process.stderr.write(`note: history is not kept: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

/** Statements of standard input, one after the other. */
async function evaluateInput(evaluating: Evaluator): Promise<void> {
  const stop = (): void => {
    if (!evaluating.interrupt()) process.exit(130)
  }
  process.on('SIGINT', stop)
  try {
    let typed = ''
    for await (const line of createInterface({ input: process.stdin })) {
      if (typed === '' && line.trim() === '.exit') return
      typed += `${line}\n`
      if (!(await evaluated(evaluating, typed))) continue
      typed = ''
      if (process.exitCode !== undefined) return
    }
    if (typed.trim() === '') return
    process.stderr.write('error: input ends in the middle of a statement\ncode: cli.run\n')
    process.exitCode = 1
  } finally {
    process.off('SIGINT', stop)
  }
}

/** False for the beginning of something. */
async function evaluated(evaluating: Evaluator, typed: string): Promise<boolean> {
  try {
    const { text } = await evaluating.evaluate(typed)
    if (text !== undefined) print(text)
  } catch (error) {
    if (error instanceof Unfinished) return false
    const { text, exit } = thrown(error, undefined)
    process.stderr.write(`${text}\n`)
    process.exitCode = exit
  }
  return true
}
