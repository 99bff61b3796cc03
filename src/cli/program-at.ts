import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { didYouMean, TidemillError } from '../errors/index.ts'
import { systemReason } from './failure.ts'

const programs = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']
const data = /\.(csv|tsv|txt|tab|ndjson|jsonl|json|parquet|pq)(\.gz)?$/i

/** Whether this Node takes the types away by itself; the name of the feature is Node's. */
export type Features = Readonly<{ typescript?: 'strip' | 'transform' | false | undefined }>

/**
 * The absolute path of a program that Node can run.
 *
 * @param features what Node says of itself, `process.features`
 * @throws connectors.not-found with names that are near; connectors.unreadable; cli.run for a folder, a file of another kind, or TypeScript on a Node that cannot run it
 */
export async function programAt(file: string, features: Features): Promise<string> {
  if (file.trim() === '') throw new TidemillError('cli.usage', 'name of the program is empty', { hint: 'tidemill run report.ts' })
  const path = resolve(file)
  const found = await stat(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw await noSuch(file, path)
    throw new TidemillError('connectors.unreadable', `program cannot be read: ${file}: ${systemReason(error) ?? error.message}`, {
      cause: error,
    })
  })
  if (found.isDirectory()) throw notAProgram(`folder, not a program: ${file}`, await programIn(file, path))
  const ending = extname(path).toLowerCase()
  if (ending === '.tsx' || ending === '.jsx')
    throw notAProgram(`JSX, which Node does not run: ${file}`, 'move what is no JSX into a .ts file, or compile it first')
  if (!programs.includes(ending))
    throw notAProgram(
      `not a program: ${file} (have ${programs.join(', ')})`,
      data.test(path) ? `tidemill ${file} shows what a data file holds` : 'name a file of TypeScript or JavaScript',
    )
  const { typescript } = features
  if (ending.endsWith('ts') && (typescript === undefined || typescript === false))
    throw notAProgram(`TypeScript, which Node ${process.versions.node} does not run: ${file}`, 'install Node 22.18 or newer')
  return path
}

function notAProgram(message: string, hint: string): TidemillError {
  return new TidemillError('cli.run', message, { hint })
}

async function noSuch(file: string, path: string): Promise<TidemillError> {
  const folder = dirname(path)
  const names = await namesIn(folder)
  const hint =
    names === undefined
      ? `there is no folder ${folder}`
      : (didYouMean(
          [basename(path)],
          names.filter(name => programs.includes(extname(name))),
        ) ?? `looked in ${folder}`)
  return new TidemillError('connectors.not-found', `no such program: ${file}`, { details: { path: file }, hint })
}

/** What of a folder may have been meant. */
async function programIn(file: string, path: string): Promise<string> {
  const found = ((await namesIn(path)) ?? []).filter(name => programs.includes(extname(name))).toSorted()
  const first = found.find(name => /^(index|main)\./.test(name)) ?? found[0]
  return first === undefined ? 'name a file of TypeScript or JavaScript' : `name a file in it: tidemill run ${join(file, first)}`
}

/** The names in a folder; undefined where there is no such folder, or it may not be looked into. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  return readdir(folder).catch(() => undefined)
}
