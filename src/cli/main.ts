#!/usr/bin/env node
/** The command line. `--help` loads nothing but this: each command is imported when it is called. */
import { Command, CommanderError } from 'commander'
import { watchOutput } from './output.ts'
import { version } from './version.ts'

watchOutput()

const program = new Command('tidemill')
  .description('Data analytics, streams and machine learning for TypeScript.')
  .version(version)
  .exitOverride()
  .enablePositionalOptions()
  .showHelpAfterError('(tidemill --help lists the commands)')
  .option('--quiet', 'no progress')

program
  .argument('[file]', 'a data file, folder or quoted pattern: shows its columns, first rows, a profile and a typed program to start from')
  .allowExcessArguments()
  .option('--rows <n>', 'rows to show', '10')
  .option('--json', 'print as JSON')
  .action(async (file: string | undefined, options: { rows: string; json?: boolean; quiet?: boolean }) => {
    if (file === undefined) {
      program.outputHelp()
      return
    }
    const { peek } = await import('./peek.ts')
    await peek(program.args, { rows: options.rows, json: options.json === true, quiet: options.quiet === true })
  })

program
  .command('types')
  .description('write tidemill.d.ts: the row type of each file, so that a literal path is typed')
  .argument('<glob...>', "files, such as 'data/*.csv'")
  .option('--watch', 'write again whenever a file changes')
  .option('--out <path>', 'where to write', 'tidemill.d.ts')
  .action(async (globs: string[], options: { watch?: boolean; out: string }) => {
    const { types } = await import('./types.ts')
    await types(globs, { watch: options.watch === true, out: options.out })
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
