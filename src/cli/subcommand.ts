import { type Description, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { print, printJson, terminalLook } from './output.ts'

/** What a subcommand says: plain data for `--json`, and how a person sees it. */
export interface Answer {
  readonly data: unknown
  readonly shown: Description | string
}

/** How a subcommand is called. */
export interface Usage {
  readonly usage: string
  /** The fewest and the most arguments. */
  readonly takes: readonly [least: number, most: number]
}

/** Finds the subcommand that was asked for, with its arguments. @throws cli.usage */
export function subcommandOf<S extends Usage>(
  group: string,
  subcommands: Readonly<Record<string, S>>,
  args: readonly string[],
): { readonly name: string; readonly subcommand: S; readonly rest: readonly string[] } {
  const [name = 'list', ...rest] = args
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (subcommand === undefined)
    throw new TidemillError('cli.usage', `unknown command: ${group} ${name} (have ${Object.keys(subcommands).join(', ')})`, {
      hint: `tidemill ${group} --help`,
    })
  const [least, most] = subcommand.takes
  if (rest.length < least || rest.length > most)
    throw wrongUsage(group, subcommand, `${rest.length < least ? 'too few' : 'too many'} arguments`)
  return { name, subcommand, rest }
}

/** The error of a subcommand that was called in another way than it can be. */
export function wrongUsage(group: string, { usage }: Usage, problem: string): TidemillError {
  return new TidemillError('cli.usage', `${problem}: tidemill ${group} ${usage}`)
}

/** Prints an answer as JSON, or as the terminal shows it. */
export function printAnswer({ data, shown }: Answer, json: boolean): void {
  if (json) printJson(data)
  else print(typeof shown === 'string' ? shown : renderTerminal(shown, terminalLook()))
}
