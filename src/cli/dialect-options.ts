import { type Command, Option } from 'commander'

const again = (value: string, values: readonly string[] = []): readonly string[] => [...values, value]

/** Adds the options that say how text is written, for the commands that read files. */
export function dialectOptions(command: Command, shown: 'shown' | 'hidden' = 'shown'): Command {
  const options = [
    new Option('--delimiter <sign>', 'of CSV: what stands between fields; \\t for a tab (default: found out)'),
    new Option('--quote <sign>', "of CSV: the quote; '' where quotes mean nothing (default: found out)"),
    new Option('--escape <sign>', 'of CSV: what stands before a quote in a value (default: found out)'),
    new Option('--header', 'of CSV: the first line names the columns (default: found out)'),
    new Option('--no-header', 'of CSV: the first line is a row'),
    new Option('--column-names <a,b>', 'of CSV: names of the columns of a file without a header'),
    new Option('--null <text>', 'of CSV: a text that means NULL, in place of the empty one; can be given again').argParser(again),
    new Option('--decimal <sign>', 'of CSV: the sign before the fraction of a number: . or ,'),
    new Option('--thousands <sign>', 'of CSV: what groups the digits of a number'),
    new Option('--comment <sign>', 'of CSV: lines that begin with it are left out'),
    new Option('--skip-rows <n>', 'of CSV: lines at the top that are no part of the table'),
    new Option('--date-format <form>', 'of CSV: how dates are written, such as %d/%m/%Y'),
    new Option('--timestamp-format <form>', 'of CSV: how timestamps are written, such as "%d/%m/%Y %H:%M"'),
    new Option('--encoding <name>', 'of CSV and JSON: utf-8, windows-1252, utf-16le, shift_jis ...'),
    new Option('--bad-lines <how>', 'of CSV and NDJSON: fail, skip, or an .ndjson file that they are written to'),
  ]
  for (const option of options) command.addOption(option.hideHelp(shown === 'hidden'))
  return shown === 'shown'
    ? command
    : command.addHelpText(
        'after',
        '\nHow text is written (--delimiter, --no-header, --encoding ...): tidemill head --help lists it; a file takes the same here',
      )
}
