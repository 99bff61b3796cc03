import { createInterface, type Interface } from 'node:readline'
import { formatSeconds, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { systemClock } from '../time/index.ts'
import { completeQuery } from './complete-query.ts'
import { printFailure } from './failure.ts'
import { historyPath, openHistory } from './history.ts'
import { terminalLook } from './output.ts'
import { firstRows, pipeOut, rowsAsked, type TextFormat } from './print-rows.ts'
import type { QueryTables } from './query-tables.ts'
import { named } from './query.ts'
import { sqlStatements } from './sql-tokens.ts'
import { typeText } from './widen.ts'

export interface PromptOptions {
  readonly rows: number
  readonly format: TextFormat | undefined
  readonly workspace: string
  readonly quiet: boolean
  /** Default: standard input and output, a terminal. */
  readonly input?: NodeJS.ReadableStream
  readonly output?: NodeJS.WritableStream
}

const help = `statements end with ; and may take several lines
files are named in quotes:  select * from 'sales.csv' limit 5;
.open PATH [NAME]  a file as a table       .tables         the tables
.schema [TABLE]    columns and types       .rows N         rows that are shown
.mode table|csv|json|ndjson                .exit           leaves, as Ctrl-D does
Ctrl-C stops the statement that runs; Tab completes tables, columns, keywords and files`

/** Reads statements until `.exit` or Ctrl-D. A statement that fails, or that Ctrl-C stops, is told of; the prompt stays. */
export async function queryPrompt(tables: QueryTables, options: PromptOptions): Promise<void> {
  const { input = process.stdin, output = process.stdout } = options
  const say = (text: string): void => void output.write(text)
  const history = await openHistory(historyPath(options.workspace, 'query'), say)
  const schemas = (): ReadonlyMap<string, Schema> => new Map([...tables.all].map(([name, data]) => [name, data.schema]))
  let pending = ''
  const lines = createInterface({
    input,
    output,
    terminal: true,
    completer: (line: string) => completeQuery(line, schemas(), pending),
    // The newest first; a line of history is one line.
    history: history.entries.map(oneLine).toReversed(),
    historySize: 1_000,
    removeHistoryDuplicates: true,
  })
  let closed = false
  lines.once('close', () => (closed = true))
  const prompt = (): void => {
    // Its input may end while a statement runs.
    if (closed) return
    lines.setPrompt(pending === '' ? 'tidemill> ' : '     ...> ')
    // What was typed meanwhile stays as it is.
    lines.prompt(true)
  }
  const state = { rows: options.rows, format: options.format }
  let running: AbortController | undefined
  lines.on('SIGINT', () => {
    if (running !== undefined) {
      running.abort(new DOMException('stopped by SIGINT', 'AbortError'))
      return
    }
    if (pending === '' && lines.line === '') say('\n(.exit or Ctrl-D leaves)\n')
    else say('^C\n')
    pending = ''
    clearLine(lines)
    prompt()
  })
  const working = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    running = new AbortController()
    const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet })
    try {
      await work(running.signal)
    } catch (error) {
      say(`${printFailure(error).text}\n`)
    } finally {
      stop()
      running = undefined
    }
  }
  const run = (statement: string): Promise<void> =>
    working(async signal => {
      const started = systemClock.monotonic()
      await tables.answer(
        statement,
        async answer => {
          if (state.format !== undefined) {
            await pipeOut(answer.toResponse({ format: state.format, signal }), signal, output)
            if (state.format === 'json') say('\n')
            return
          }
          say(`${renderTerminal(await firstRows(answer, state.rows, signal), terminalLook())}\n`)
        },
        text => say(`note: ${text}\n`),
        signal,
      )
      say(`${took((systemClock.monotonic() - started) / 1000)}\n`)
    })
  say(`SQL over files; .help tells more\n`)
  prompt()
  for await (const line of lines) {
    const dotted = pending === '' ? dotCommand(line) : undefined
    if (dotted !== undefined) {
      await history.add(line.trim())
      if (dotted[0] === '.exit') break
      await working(async signal => say(await obey(dotted, tables, state, signal)))
      prompt()
      continue
    }
    const { statements, rest } = sqlStatements(`${pending}${line}\n`)
    pending = rest.trim() === '' ? '' : rest
    for (const statement of statements) {
      await history.add(`${statement};`)
      await run(statement)
    }
    prompt()
  }
  lines.close()
  say('\n')
}

/** `.schema sales`, and what other tools say for it. */
function dotCommand(line: string): readonly string[] | undefined {
  const text = line.trim().replace(/;$/, '')
  if (/^(quit|exit|\.quit)$/i.test(text)) return ['.exit']
  if (/^help$/i.test(text)) return ['.help']
  if (/^show\s+tables$/i.test(text)) return ['.tables']
  const described = /^desc(?:ribe)?\s+(\S+)$/i.exec(text)
  if (described !== null) return ['.schema', (described[1] ?? '').replaceAll(/^["']|["']$/g, '')]
  return text.startsWith('.') ? text.split(/\s+/) : undefined
}

async function obey(
  [command = '', first, second]: readonly string[],
  tables: QueryTables,
  state: { rows: number; format: TextFormat | undefined },
  signal: AbortSignal,
): Promise<string> {
  switch (command) {
    case '.help':
      return `${help}\n`
    case '.tables': {
      const names = [...tables.all].map(([name, { schema }]) => `${name}  ${schema.map(field => field.name).join(', ')}`)
      return names.length === 0 ? 'no tables yet: name a file in a statement, or .open one\n' : `${names.join('\n')}\n`
    }
    case '.schema': {
      const wanted = first === undefined ? [...tables.all] : [...tables.all].filter(([name]) => name.toLowerCase() === first.toLowerCase())
      if (first !== undefined && wanted.length === 0) {
        const have = [...tables.all.keys()].join(', ') || 'none'
        throw new TidemillError('engine.sql', `unknown table: ${first} (have ${have})`)
      }
      const described = wanted.map(([title, { schema }]) =>
        renderTerminal({ kind: 'keyValues', title, pairs: schema.map(field => [field.name, typeText(field)]) }, terminalLook()),
      )
      return `${described.join('\n\n')}\n`
    }
    case '.open': {
      if (first === undefined) throw new TidemillError('cli.usage', '.open wants a path: .open data/sales.csv sales')
      const [name, path] = named(second === undefined ? first : `${second}=${first}`, tables)
      const { schema } = await tables.add(name, path, signal)
      return `${name}: ${schema.map(field => `${field.name} ${typeText(field)}`).join(', ')}\n`
    }
    case '.mode': {
      if (first !== 'table' && first !== 'csv' && first !== 'json' && first !== 'ndjson')
        throw new TidemillError('cli.usage', `unknown mode: ${first ?? 'none'} (have table, csv, json, ndjson)`)
      state.format = first === 'table' ? undefined : first
      return ''
    }
    case '.rows':
      state.rows = rowsAsked(first ?? '', '.rows')
      return ''
    default:
      throw new TidemillError('cli.usage', `unknown command: ${command}`, { hint: '.help lists the commands' })
  }
}

function took(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(2)} s` : formatSeconds(seconds)
}

/** In one line a comment to the end of its line would swallow what follows, so comments go; one inside of a text of SQL goes too. */
function oneLine(entry: string): string {
  return entry.includes('\n') ? entry.replaceAll(/--[^\n]*/g, '').replaceAll(/\s*\n\s*/g, ' ') : entry
}

function clearLine(lines: Interface): void {
  // As Ctrl-U and Ctrl-K do it.
  lines.write(null, { ctrl: true, name: 'u' })
  lines.write(null, { ctrl: true, name: 'k' })
}
