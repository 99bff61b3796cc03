import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { didYouMean, printCallSite, TidemillError } from '../errors/index.ts'
import { type ExitCode, printFailure } from './failure.ts'

/**
 * What a program threw, as the terminal shows it: errors of Tidemill as the commands print them, with the user's line; usual mistakes with what to do; other
 * errors with their stack, without lines of Node and of Tidemill.
 *
 * @param program the file that was started
 */
export function thrown(error: unknown, program: string | undefined): { readonly text: string; readonly exit: ExitCode } {
  const own = ownFolders(program)
  const known = asTidemill(error) ?? mistakeOf(error)
  if (known !== undefined) {
    const { text, exit } = printFailure(known)
    const at = / at \S+:\d+:\d+/.test(known.message) ? undefined : userLine(error, own)
    return { text: at === undefined ? text : text.replace('\n', () => `\n   at ${at}\n`), exit }
  }
  if (error instanceof Error && error.name === 'AbortError') return { text: 'stopped', exit: 130 }
  return { text: `error: ${shown(error, own)}`, exit: 1 }
}

/** The program may have a Tidemill of its own, whose class is another. */
function asTidemill(error: unknown): TidemillError | undefined {
  if (error instanceof TidemillError) return error
  if (!(error instanceof Error) || error.name !== 'TidemillError' || !('code' in error) || !('toJSON' in error)) return undefined
  return TidemillError.from((error as TidemillError).toJSON())
}

const typescript: readonly (readonly [RegExp, string])[] = [
  [/enum/i, "write an object for it: const colors = { red: 'red', blue: 'blue' } as const"],
  [/namespace|module/i, 'write a module of its own for it, or an object'],
  [/parameter propert/i, 'declare the field, and set it in the constructor'],
]

/** Mistakes that Node tells in its own words. */
function mistakeOf(error: unknown): TidemillError | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, message, stack = '' } = error as NodeJS.ErrnoException
  // The stack of a syntax error begins with the place.
  const place = /^((?:file:\/\/)?\/.*|[A-Za-z]:\\.*):(\d+)\n/.exec(stack)
  const at = place === null ? '' : ` at ${shortPlace(place[1] ?? '', place[2] ?? '')}`
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    const what = /TypeScript (.+?) (?:is|are) not supported/.exec(message)?.[1] ?? message
    return failed(
      `TypeScript that Node does not run: ${what}${at}`,
      typescript.find(([said]) => said.test(what))?.[1] ?? 'Node only takes types away: write it as JavaScript',
    )
  }
  if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') return failed(`program is not TypeScript: ${message.split('. ', 1)[0]}${at}`)
  if (code === 'ERR_MODULE_NOT_FOUND') return notFound(error)
  if (error instanceof SyntaxError && /await is only valid|import statement outside a module|Unexpected token 'export'/.test(message))
    return failed(`program is no module: ${message}${at}`, 'name it .mts, or put "type": "module" into the package.json beside it')
  return undefined
}

function notFound(error: Error): TidemillError | undefined {
  const [, name, from] = /^Cannot find package '(.+?)' imported from (.+)$/.exec(error.message) ?? []
  if (name !== undefined && from !== undefined)
    return failed(`package is not installed: ${name}, imported by ${shortPath(from)}`, `npm install ${name}`)
  const [, file, by] = /^Cannot find module '(.+?)' imported from (.+)$/.exec(error.message) ?? []
  if (file === undefined || by === undefined) return undefined
  return failed(`no such file: ${shortPath(file)}, imported by ${shortPath(by)}`, nearFile(file))
}

function nearFile(file: string): string {
  const ending = ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'].find(one => existsSync(`${file}${one}`))
  if (ending !== undefined) return `imports are written with their ending: ${basename(file)}${ending}`
  if (!existsSync(dirname(file))) return `there is no folder ${dirname(file)}`
  return didYouMean([basename(file)], readdirSync(dirname(file))) ?? `looked in ${dirname(file)}`
}

function failed(message: string, hint?: string): TidemillError {
  return new TidemillError('cli.run', message, hint === undefined ? {} : { hint })
}

/** An error with its stack, cause and properties, but for the lines of Node and of Tidemill. */
function shown(error: unknown, own: readonly string[]): string {
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_UNHANDLED_REJECTION')
    return `promise was rejected and nobody caught it: ${/with the reason "(.*)"\.$/s.exec(error.message)?.[1] ?? error.message}`
  cutStacks(error, own, new Set())
  return inspect(error)
}

/** Takes those lines out of the stacks of an error and of all that are in it; the process ends after this. */
function cutStacks(error: unknown, own: readonly string[], seen: Set<unknown>): void {
  if (!(error instanceof Error) || seen.has(error)) return
  seen.add(error)
  if (error.stack !== undefined)
    error.stack = error.stack
      .split('\n')
      .filter(line => !/^\s*at /.test(line) || !isInside(line, own))
      .join('\n')
  cutStacks(error.cause, own, seen)
  if (error instanceof AggregateError) for (const one of error.errors) cutStacks(one, own, seen)
}

function isInside(frame: string, own: readonly string[]): boolean {
  return /\(?node:/.test(frame) || own.some(folder => frame.includes(folder))
}

/** The first line of the stack that is the user's. */
function userLine(error: unknown, own: readonly string[]): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const line of stack.split('\n')) {
    const frame = /^\s*at .*?\(?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]+):(\d+):(\d+)\)?$/.exec(line)
    const file = frame?.[1]
    if (frame === null || file === undefined || isInside(line, own) || /[\\/]node_modules[\\/]/.test(file)) continue
    return printCallSite({ file, line: Number(frame[2]), column: Number(frame[3]) })
  }
  return undefined
}

/** Where Tidemill lies, as stacks name it: this one, and the one that the program imports. */
function ownFolders(program: string | undefined): readonly string[] {
  const found = new Set([fileURLToPath(new URL('..', import.meta.url))])
  try {
    if (program !== undefined) found.add(`${dirname(realpathSync(createRequire(program).resolve('tidemill')))}${sep}`)
  } catch {
    // A program without Tidemill has no lines of it.
  }
  return [...found].flatMap(folder => [folder, pathToFileURL(folder).href])
}

function shortPlace(file: string, line: string): string {
  return `${shortPath(file)}:${line}`
}

/** `folder/file.ts`. */
function shortPath(file: string): string {
  const path = file.startsWith('file://') ? fileURLToPath(file) : file
  return join(basename(dirname(path)), basename(path))
}
