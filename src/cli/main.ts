#!/usr/bin/env node
/** The command line. `--help` loads nothing but this: each command is imported when it is called. */
import { Command, CommanderError } from 'commander'
import type { CheckOptions } from './check.ts'
import type { ConvertOptions } from './convert.ts'
import { dialectOptions } from './dialect-options.ts'
import { examples } from './examples.ts'
import type { HeadOptions } from './head.ts'
import { watchOutput } from './output.ts'
import type { PlotCommandOptions } from './plot.ts'
import type { PredictOptions } from './predict.ts'
import type { ProfileOptions } from './profile.ts'
import type { QueryOptions } from './query.ts'
import type { ReplOptions } from './repl.ts'
import type { TextWords } from './text-words.ts'
import type { TrainOptions } from './train-request.ts'
import { version } from './version.ts'

watchOutput()

/** Of an option that can be given again: all its values. */
const collect = (value: string, values: readonly string[] = []): readonly string[] => [...values, value]

interface PeekWords extends TextWords {
  readonly rows: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly format?: string
  readonly table?: string
}

const dataFile = 'a data file, folder, quoted pattern, address or - (standard input)'

const program = new Command('tidemill')
  .description('Data analytics, streams and machine learning for TypeScript.')
  .version(version)
  .exitOverride()
  .enablePositionalOptions()
  .showHelpAfterError('(tidemill --help lists the commands)')
  .option('--quiet', 'no progress')

dialectOptions(program, 'hidden')
  .argument('[file]', 'a data file, folder or quoted pattern: shows its columns, first rows, a profile and a typed program to start from')
  .allowExcessArguments()
  .option('--rows <n>', 'rows to show', '10')
  .option('--json', 'print as JSON')
  .option('--format <name>', 'csv, ndjson, json, parquet, arrow, excel or sqlite, where the name does not tell')
  .option('--table <name>', 'a table of a SQLite file, a sheet of a workbook')
  .action(async (file: string | undefined, options: PeekWords) => {
    if (file === undefined) {
      program.outputHelp()
      return
    }
    const { peek } = await import('./peek.ts')
    const commands = program.commands.map(command => command.name())
    const { json = false, quiet = false, ...words } = options
    await peek(program.args, { ...words, json, quiet, commands })
  })

/** Options of the commands that read one file. */
const reading = (command: Command): Command =>
  dialectOptions(command)
    .option('--format <name>', 'csv, ndjson, json, parquet, arrow, excel or sqlite, where the name does not tell')
    .option('--table <name>', 'a table of a SQLite file, a sheet of a workbook')
    .option('--quiet', 'no progress')

reading(program.command('head'))
  .description('print the first rows of a file')
  .argument('<file>', dataFile)
  .option('-n, --rows <n>', 'rows to print', '10')
  .option('--columns <a,b>', 'these columns only')
  .option('--json', 'print as JSON')
  .option('--csv', 'print as CSV')
  .option('--ndjson', 'print as one JSON object a line')
  .action(async (file: string, options: HeadOptions) => {
    const { head } = await import('./head.ts')
    await head(file, options)
  })

reading(program.command('profile'))
  .description('what the columns of a file hold: counts, NULLs, extremes, quartiles, histograms, frequent values')
  .argument('<file>', dataFile)
  .option('--columns <a,b>', 'these columns only')
  .option('--html <path>', 'write a page that needs nothing else')
  .option('--json', 'print as JSON')
  .action(async (file: string, options: ProfileOptions) => {
    const { profile } = await import('./profile.ts')
    await profile(file, options)
  })

reading(program.command('check'))
  .description('check a file by a contract, or suggest one; exit code 1 when a check of severity error failed')
  .argument('<file>', dataFile)
  .option('--contract <path>', 'the contract: a file of JSON, or a program that exports one')
  .option('--suggest', 'print a contract that the data meet, as JSON to keep')
  .option('--typescript', 'print it as TypeScript')
  .option('--with <name=file>', 'another table that the contract names; can be given again', collect)
  .option('--history', 'keep the figures in the workspace, and say what is unusual beside the last runs')
  .option('--workspace <folder>', 'where the figures are kept', '.tidemill')
  .option('--strict', 'warnings and unusual figures fail too')
  .option('--failed <path>', 'write the rejected rows, with the checks they failed, as Parquet')
  .option('--html <path>', 'write a page that needs nothing else')
  .option('--json', 'print as JSON')
  .action(async (file: string, options: CheckOptions) => {
    const { check } = await import('./check.ts')
    await check(file, options)
  })

reading(program.command('convert'))
  .description('write the rows of a file in another format, by the ending of the second name')
  .argument('<in>', dataFile)
  .argument('<out>', '.csv, .tsv, .ndjson, .json, .parquet, .arrow, .xlsx, .sqlite, text also .gz and .zst; a folder; - is standard output')
  .option('--to <name>', 'csv, tsv, ndjson, json, parquet, arrow, excel or sqlite, where the name does not tell')
  .option('--columns <a,b>', 'these columns only')
  .option('--partition-by <a,b>', 'a folder for each value of these columns')
  .option('--sort-by <a,b>', 'sort the rows of each file')
  .option('--rows-per-file <n>', 'at most so many rows in a file of a folder')
  .option('--compression <name>', 'of Parquet: none, snappy, zstd, gzip, brotli, lz4; of text: none, gzip, zstd')
  .option('--into-table <name>', 'of a SQLite file: the table that is written (default: data)')
  .option('--replace', 'write over what is there')
  .option('--append', 'add to what is there')
  .option('--json', 'print what was written as JSON')
  .action(async (from: string, to: string, options: ConvertOptions) => {
    const { convert } = await import('./convert.ts')
    await convert(from, to, options)
  })

reading(program.command('plot'))
  .description('draw columns of a file on the terminal, or into a file; the chart is chosen by their types')
  .argument('<file>', dataFile)
  .option('--x <column>', 'along')
  .option('--y <column>', 'upwards')
  .option('--color <column>', 'a third column')
  .option('--kind <type>', 'bar, line, area, scatter, histogram, box or heat')
  .option('--aggregate <name>', 'count, sum, mean, median, min or max of y in each group')
  .option('--bins <n>', 'bars or cells along an axis')
  .option('--facet <column>', 'a small chart for each value')
  .option('--sort <by>', 'categories by value (greatest first) or by name')
  .option('--top <n>', 'so many categories by name; the others are brought together')
  .option('--bars <how>', 'bars of several colours: stacked or grouped')
  .option('--log <axes>', 'x, y or x,y: the axis grows by factors')
  .option('--time-zone <name>', 'the clock of instants, such as Europe/Paris')
  .option('--title <text>', 'over the chart')
  .option('--out <path>', 'draw into .svg, .png, .html or .json')
  .option('--open', 'open it in the browser of this machine')
  .option('--json', 'print the figures of the chart as JSON')
  .action(async (file: string, options: PlotCommandOptions) => {
    const { plot } = await import('./plot.ts')
    await plot(file, options)
  })

dialectOptions(program.command('query'))
  .description('run a SELECT over files; without one it asks for statements')
  .argument('[sql]', 'such as "select region, sum(total) from \'sales.csv\' group by region"; - reads it from standard input')
  .option('--file <name=path>', 'a file as a table of this name; can be given again', collect)
  .option('--sealed', 'read the files of --file only, whatever the text names')
  .option('--rows <n>', 'rows to show', '40')
  .option('--json', 'print all rows as JSON')
  .option('--csv', 'print all rows as CSV')
  .option('--ndjson', 'print all rows as one JSON object a line')
  .option('--out <path>', 'write all rows: .csv, .ndjson, .json, .parquet, .arrow, .xlsx, .sqlite')
  .option('--to <name>', 'the format of --out, where the name does not tell')
  .option('--replace', 'write over an output that is there')
  .option('--append', 'add to an output that is there')
  .option('--workspace <folder>', 'where the history of the prompt is kept', '.tidemill')
  .option('--quiet', 'no progress')
  .action(async (sql: string | undefined, options: QueryOptions) => {
    const { query } = await import('./query.ts')
    await query(sql, options)
  })

dialectOptions(program.command('repl'))
  .description('evaluate TypeScript as it is typed, with a session, sources and functions at hand')
  .argument('[file...]', 'files as tables: the first is data, name=file gives another name')
  .option('--workspace <folder>', 'the folder of models, runs and the history of the prompt', '.tidemill')
  .option('--quiet', 'no progress')
  .action(async (files: string[], options: ReplOptions) => {
    const { repl } = await import('./repl.ts')
    await repl(files, options)
  })

dialectOptions(program.command('types'))
  .description('write tidemill.d.ts: the row type of each file, so that a literal path is typed')
  .argument('<glob...>', "files, such as 'data/*.csv'")
  .option('--watch', 'write again whenever a file changes')
  .option('--out <path>', 'where to write', 'tidemill.d.ts')
  .action(async (globs: string[], options: TextWords & { watch?: boolean; out: string }) => {
    const { types } = await import('./types.ts')
    await types(globs, { ...options, watch: options.watch === true })
  })

dialectOptions(program.command('train'))
  .description('learn a model from a file: prepares the columns, holds rows out, says how good it is, keeps it')
  .argument('<file...>', 'a data file, folder or quoted pattern')
  .option('--target <column>', 'the column to predict')
  .option('--model <name>', 'linear, logistic, tree or forest', 'forest')
  .option('--param <name=value>', 'a parameter of the model, such as trees=200; can be given again', collect)
  .option('--grid <name=a,b,c>', 'values to try by cross-validation; can be given again', collect)
  .option('--scoring <metric>', 'what a grid is judged by (default: accuracy, or mse)')
  .option('--folds <n>', 'folds of the cross-validation', '5')
  .option('--test <share>', 'the share of the rows that is held out', '0.2')
  .option('--seed <n>', 'of the split and the model', '42')
  .option('--columns <a,b>', 'learn from these columns only, whatever they look like')
  .option('--drop <a,b>', 'leave these columns out')
  .option('--classify', 'the target holds classes')
  .option('--regress', 'the target is a number')
  .option('--workers <n>', 'worker threads (default: what the machine lends)')
  .option('--out <folder>', 'save the model in a folder')
  .option('--replace', 'put it in the place of a model that is there')
  .option('--register <name>', 'register the model, with the run it came from')
  .option('--workspace <folder>', 'the folder of the registry', '.tidemill')
  .option('--json', 'print one JSON object')
  .option('--quiet', 'no progress')
  .action(async (files: string[], options: TrainOptions) => {
    const { train } = await import('./train.ts')
    await train(files, options)
  })

dialectOptions(program.command('predict'))
  .description('add the predictions of a model to the rows of a file')
  .argument('<model>', 'a saved folder, or a registered model: price, price@champion, price@3')
  .argument('<file>', 'a data file, folder or quoted pattern')
  .option('--out <file>', 'write all rows there: .csv, .parquet or .ndjson')
  .option('--replace', 'write over a file that is there')
  .option('--rows <n>', 'rows to print', '10')
  .option('--workspace <folder>', 'the folder of the registry', '.tidemill')
  .option('--json', 'print as JSON')
  .option('--quiet', 'no progress')
  .action(async (model: string, file: string, options: PredictOptions) => {
    const { predict } = await import('./predict.ts')
    await predict(model, file, options)
  })

program
  .command('serve')
  .description('serve models (Open Inference Protocol) and the dashboard on this machine, behind a token, until Ctrl-C')
  .option('--workspace <dir>', 'the folder whose models, runs and streams are served (default: .tidemill)')
  .option('--model <name=folder>', 'a saved model, in place of a workspace; can be given again', collect)
  .option('--port <n>', 'where to listen; 0 takes one that is free', '8080')
  .option('--host <address>', 'where to listen; another than 127.0.0.1 can be reached by other machines', '127.0.0.1')
  .option('--allow-host <name>', 'a further name that clients may ask for; can be given again', collect)
  .action(async (options: { workspace?: string; model?: readonly string[]; port: string; host: string; allowHost?: readonly string[] }) => {
    const { serve } = await import('./serve.ts')
    const { workspace, model: models = [], port, host, allowHost: allowHosts = [] } = options
    await serve({ workspace, models, port, host, allowHosts })
  })

program
  .command('models')
  .description('registered models: list, show NAME, promote NAME ALIAS VERSION, rollback NAME ALIAS, history NAME [ALIAS]')
  .argument('[what...]', 'list (default), show, promote, rollback or history, and what they take')
  .option('--workspace <folder>', 'the folder of the workspace', '.tidemill')
  .option('--reason <text>', 'why an alias moves; promote and rollback want it')
  .option('--json', 'print as JSON')
  .action(async (what: string[], options: { workspace: string; reason?: string; json?: boolean }) => {
    const { models } = await import('./models.ts')
    await models(what, { workspace: options.workspace, reason: options.reason, json: options.json === true })
  })

program
  .command('runs')
  .description('kept runs and experiments: list, show ID or NAME, remove ID..., prune --older-than 30d or --last N')
  .argument('[what...]', 'list (default), show, remove or prune, and what they take')
  .option('--workspace <folder>', 'the folder of the workspace', '.tidemill')
  .option('--kind <kind>', 'of list: query, mapreduce or experiment')
  .option('--name <name>', 'of list and prune: runs of this name only')
  .option('--limit <n>', 'of list: so many, the newest first; 50 by default')
  .option('--older-than <duration>', 'of prune: those that began longer ago go: 30d')
  .option('--last <n>', 'of prune: so many of each name stay')
  .option('--json', 'print as JSON')
  .action(async (what: string[], { json = false, ...options }: { workspace: string; json?: boolean }) => {
    const { runs } = await import('./runs.ts')
    await runs(what, { ...options, json })
  })

program
  .command('jobs')
  .description('streams that run, or ran: list, stop NAME, top [NAME]')
  .argument('[what...]', 'list (default), stop or top, and what they take')
  .option('--workspace <folder>', 'the folder of the workspace', '.tidemill')
  .option('--once', 'of top: one look, and the end')
  .option('--drain', 'of stop: the sources end first, so that all windows close')
  .option('--timeout <seconds>', 'of stop: how long to wait for the end', '60')
  .option('--json', 'print as JSON')
  .action(async (what: string[], options: { workspace: string; once?: boolean; drain?: boolean; timeout: string; json?: boolean }) => {
    const { jobs } = await import('./jobs.ts')
    const { workspace, once = false, drain = false, timeout, json = false } = options
    await jobs(what, { workspace, once, drain, timeout, json })
  })

program
  .command('doctor')
  .description('check this machine: Node, DuckDB, memory, threads, folders, and engines by URL')
  .argument('[url...]', 'engines to reach, such as sc://host:15002')
  .option('--json', 'print as JSON')
  .option('--codes', 'list every error code')
  .action(async (urls: string[], options: { json?: boolean; codes?: boolean }) => {
    const { doctor } = await import('./doctor.ts')
    await doctor(urls, { json: options.json === true, codes: options.codes === true })
  })

program
  .command('run')
  .description('run a program of TypeScript or JavaScript; what it throws is told in words')
  .argument('<file>', 'the program, such as report.ts')
  .argument('[args...]', 'arguments for the program')
  .option('--watch', 'start again whenever a file of the program changes; a page shows its tables and charts')
  .option('--no-page', 'of --watch: no page')
  .passThroughOptions()
  .action(async (file: string, args: string[], options: { watch?: boolean; page: boolean }) => {
    const { run } = await import('./run.ts')
    await run(file, args, { watch: options.watch === true, page: options.page })
  })

for (const command of [program, ...program.commands]) {
  const name = command.name()
  command.addHelpText('after', `\nExamples:\n${(examples[name] ?? []).map(line => `  ${line}`).join('\n')}`)
  // What a command does not take must not be passed over: `serve models/price` would serve something else.
  if (command !== program) command.allowExcessArguments(false).showHelpAfterError(`(tidemill ${name} --help shows what it takes)`)
}

try {
  await program.parseAsync(process.argv)
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    const { printFailure } = await import('./failure.ts')
    const { text, exit } = printFailure(error)
    process.stderr.write(`${text}\n`)
    process.exitCode = exit
  }
}
