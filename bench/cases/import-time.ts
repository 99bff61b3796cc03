import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type BenchCase, inTurns, result, wallOf } from '../measure.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** The built package in fresh processes: what `import 'tidemill'` costs before anything is asked, and how long `tidemill --help` takes. */
export const importTime: BenchCase = async ({ quick }) => {
  const dist = await build()
  const rounds = quick ? 7 : 21
  const imported = await inTurns(
    rounds,
    () => importOf(pathToFileURL(join(dist, 'index.js')).href),
    () => importOf(import.meta.resolve('@duckdb/node-api')),
  )
  // What the import leaves for later is loaded by the first query, of both; so that is counted too.
  const answered = await inTurns(
    rounds,
    () =>
      timed(
        `const { tidemill } = await import(${urlOf(dist, 'index.js')}); const { rows } = await import(${urlOf(dist, 'connectors/index.js')}); ` +
          `const tm = await tidemill({ typesFile: false }); await (await tm.read(rows([{ x: 1 }]))).rows()`,
      ),
    () =>
      timed(
        `const { DuckDBInstance } = await import(${JSON.stringify(import.meta.resolve('@duckdb/node-api'))}); ` +
          `const connection = await (await DuckDBInstance.create(':memory:')).connect(); (await connection.runAndReadAll('select 1 as x')).getRowObjectsJS()`,
      ),
  )
  const help = await inTurns(
    rounds,
    () => wallOf(() => run(process.execPath, [join(dist, 'cli/main.js'), '--help'])),
    () => wallOf(() => run(process.execPath, ['-e', '0'])),
  )
  return [
    result("import 'tidemill'", 'ms', "import '@duckdb/node-api'", imported, {
      aim: { text: 'under 60 ms, no engine loaded', met: imported.ours < 60 && !(await loadsEngine(dist)) },
    }),
    result('import to the first answer', 'ms', 'the same with @duckdb/node-api', answered),
    result('tidemill --help', 'ms', 'an empty Node process', help),
  ]
}

/** Inside the repository, so that the packages it needs are found. */
async function build(): Promise<string> {
  const dist = join(root, 'node_modules/.cache/tidemill-bench/dist')
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist, { recursive: true })
  // As in the package; without it Node parses every file twice to find out what it is.
  await writeFile(join(dist, 'package.json'), JSON.stringify({ type: 'module' }))
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', dist], {
    cwd: root,
  })
  return dist
}

function urlOf(dist: string, file: string): string {
  return JSON.stringify(pathToFileURL(join(dist, file)).href)
}

function importOf(url: string): Promise<number> {
  return timed(`await import(${JSON.stringify(url)})`)
}

/** Wall milliseconds of a program in a fresh process, after Node has started. */
async function timed(work: string): Promise<number> {
  const program = `const t = performance.now(); ${work}; console.log(performance.now() - t); process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: root })
  return Number(stdout)
}

/** Native parts are listed among the shared objects of a process. */
async function loadsEngine(dist: string): Promise<boolean> {
  const program = `await import(${JSON.stringify(pathToFileURL(join(dist, 'index.js')).href)}); console.log(process.report.getReport().sharedObjects.some(path => path.includes('duckdb')))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: root })
  return stdout.trim() === 'true'
}
