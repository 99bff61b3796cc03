/** `tidemill run`: real programs in real processes. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { programAt } from './program-at.ts'

const root = join(import.meta.dirname, '../..')
const main = join(import.meta.dirname, 'main.ts')
const command = ['--conditions=tidemill-source', main, 'run']
let folder: string
const started = new Set<ChildProcessWithoutNullStreams>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-run-'))
  await file('package.json', '{ "type": "module" }')
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/tidemill'))
})
afterEach(() => {
  for (const child of started) child.kill('SIGKILL')
  started.clear()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, content: string): Promise<string> {
  await mkdir(dirname(join(folder, name)), { recursive: true })
  await writeFile(join(folder, name), content)
  return name
}
function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...command, ...args], { cwd: folder })
  started.add(child)
  child.once('close', () => started.delete(child))
  return child
}
interface Said {
  readonly out: string
  readonly err: string
  readonly exit: number | null
}
async function run(args: readonly string[], input = ''): Promise<Said> {
  const child = start(args)
  child.stdin.end(input)
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  return { out, err, exit }
}
/** Waits until the process has said it; gives all it said from now on. */
async function says(child: ChildProcessWithoutNullStreams, wanted: RegExp): Promise<string> {
  let heard = ''
  return new Promise((resolve, reject) => {
    const hear = (bytes: unknown): void => {
      heard += String(bytes)
      if (wanted.test(heard)) resolve(heard)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('close', () => reject(new Error(`ended before it said ${String(wanted)}: ${heard}`)))
  })
}

test('a program of TypeScript runs with its arguments, input, output and exit code', async () => {
  await file(
    'job.ts',
    `import { tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
import { text } from 'node:stream/consumers'
const wanted: number = Number(process.argv[2])
const tm = await tidemill({ typesFile: false, workers: 1 })
const table = await tm.read(rows([{ n: 1 }, { n: 2 }, { n: 3 }]))
console.log(await table.filter(r => r.n.gte(wanted)).count(), process.argv.slice(2), await text(process.stdin))
console.error('to stderr')
await tm.close()
process.exitCode = 7
`,
  )
  const said = await run(['job.ts', '2', '--watch', '--rows=3', '--', '-x'], 'typed')
  expect(said).toEqual({ out: "2 [ '2', '--watch', '--rows=3', '--', '-x' ] typed\n", err: 'to stderr\n', exit: 7 })
})

test('an error of Tidemill is told with hint, code and the line of the program, without a stack', async () => {
  await file(
    'wrong.ts',
    `import { tidemill } from 'tidemill'
import { csv, rows } from 'tidemill/connectors'
const tm = await tidemill({ typesFile: false, workers: 1 })
const table = await tm.read(rows([{ price: 1 }]))
if (process.argv[2] === 'column') table.select('pric' as never)
if (process.argv[2] === 'file') await tm.read(csv('nowhere.csv'))
if (process.argv[2] === 'function') await table.map(row => { if (row.price === 1) throw new Error('too cheap'); return row }).rows()
`,
  )
  expect(await run(['wrong.ts', 'column'])).toEqual({
    out: '',
    err: expect.stringMatching(
      /^error: unknown column: pric \(have price\) at .*\/wrong\.ts:5:\d+\nhint: did you mean price\?\ncode: plan\.unknown-column\n$/,
    ),
    exit: 1,
  })
  expect(await run(['wrong.ts', 'file'])).toEqual({
    out: '',
    err: expect.stringMatching(/^error: no such file: nowhere\.csv\n {3}at .*\/wrong\.ts:6:\d+\nhint: .*\ncode: connectors\.not-found\n$/),
    exit: 1,
  })
  expect((await run(['wrong.ts', 'function'])).err).toMatch(
    /^error: function map at .*\/wrong\.ts:7:\d+ failed at row 1: too cheap\ncode: workers\.function-failed\n$/,
  )
})

test('an error of the program keeps its own lines, and none of Node or of Tidemill', async () => {
  await file('lib/deep.ts', `export function deep(): void {\n  throw new TypeError('mine', { cause: new Error('below') })\n}\n`)
  await file('own.ts', `import { deep } from './lib/deep.ts'\nconst why: string = 'x'\ndeep()\n`)
  const { err, exit } = await run(['own.ts'])
  expect(err).toMatch(/^error: TypeError: mine\n {4}at deep \(.*lib\/deep\.ts:2:9\)\n {4}at .*own\.ts:3:1 \{\n {2}\[cause\]: Error: below/)
  expect(err).not.toMatch(/node:internal|src\/cli/)
  expect(exit).toBe(1)
  await file('rejects.ts', `Promise.reject('why not')\nawait new Promise(resolve => setTimeout(resolve, 5000))\n`)
  expect(await run(['rejects.ts'])).toMatchObject({ err: 'error: promise was rejected and nobody caught it: why not\n', exit: 1 })
  await file(
    'handles.ts',
    `process.on('uncaughtException', error => { console.log('mine:', error.message); process.exit(4) })\nthrow new Error('x')\n`,
  )
  expect(await run(['handles.ts'])).toEqual({ out: 'mine: x\n', err: '', exit: 4 })
  await file('aborts.ts', `AbortSignal.abort().throwIfAborted()\n`)
  expect(await run(['aborts.ts'])).toMatchObject({ err: 'stopped\n', exit: 130 })
})

test('an error of a thread of the program reaches who started it', async () => {
  await file(
    'threads.ts',
    `import { Worker } from 'node:worker_threads'
const worker = new Worker('throw new Error("in the thread")', { eval: true })
worker.on('error', error => console.log('heard:', error.message))
`,
  )
  expect(await run(['threads.ts'])).toEqual({ out: 'heard: in the thread\n', err: '', exit: 0 })
})

test.each([
  [
    'enum.ts',
    'const one = 1\nenum Color { Red }\n',
    /TypeScript that Node does not run: enum at .*enum\.ts:2\nhint: write an object for it/,
  ],
  [
    'space.ts',
    'namespace A { export const x = 1 }\n',
    /TypeScript that Node does not run: namespace declaration at .*space\.ts:1\nhint: write a module/,
  ],
  [
    'field.ts',
    'class A { constructor(private x: number) {} }\n',
    /TypeScript that Node does not run: parameter property at .*\nhint: declare the field/,
  ],
  ['imports.ts', `import './enum.ts'\n`, /TypeScript that Node does not run: enum at .*enum\.ts:2\n/],
  ['broken.ts', 'const x: = 5\n', /program is not TypeScript: .* at .*broken\.ts:1\ncode/],
  [
    'endless.ts',
    `import './job'\n`,
    /no such file: .*\/job, imported by .*endless\.ts\nhint: imports are written with their ending: job\.ts/,
  ],
  ['near.ts', `import './jobb.ts'\n`, /no such file: .*\/jobb\.ts, imported by .*near\.ts\nhint: did you mean job\.ts/],
  [
    'absent.ts',
    `import 'no-such-package-here'\n`,
    /package is not installed: no-such-package-here, imported by .*absent\.ts\nhint: npm install no-such-package-here/,
  ],
  ['cjs/await.ts', 'const x: number = await 1\n', /program is no module: .*await.*\nhint: name it \.mts, or put "type": "module"/],
])('%s, which Node cannot run, is told with what to do', async (name, content, message) => {
  await file('cjs/package.json', '{ "type": "commonjs" }')
  await file('job.ts', 'export const x = 1\n')
  await file('enum.ts', 'const one = 1\nenum Color { Red }\n')
  await file(name, content)
  const { err, exit } = await run([name])
  expect(err).toMatch(new RegExp(`error: ${message.source}`))
  expect(err).toMatch(/\ncode: cli\.run\n$/)
  expect(exit).toBe(1)
})

test.each([
  ['reprot.ts', 1, /no such program: reprot\.ts\nhint: did you mean report\.ts/],
  ['nowhere/x.ts', 1, /no such program: nowhere\/x\.ts\nhint: there is no folder .*nowhere\ncode: connectors\.not-found/],
  ['jobs', 1, /folder, not a program: jobs\nhint: name a file in it: tidemill run jobs\/main\.ts\ncode: cli\.run/],
  ['data.csv', 1, /not a program: data\.csv \(have \.ts, .*\)\nhint: tidemill data\.csv shows what a data file holds\ncode: cli\.run/],
  ['page.tsx', 1, /JSX, which Node does not run: page\.tsx\nhint/],
  ['', 2, /name of the program is empty/],
])('%j is no program to run, and the error says why', async (name, exit, message) => {
  await file('report.ts', '')
  await file('jobs/a.ts', '')
  await file('jobs/main.ts', '')
  await file('data.csv', 'a\n1\n')
  await file('page.tsx', '')
  const said = await run([name])
  expect(said.err).toMatch(new RegExp(`^error: ${message.source}`))
  expect(said.exit).toBe(exit)
})

test('a Node that takes no types away is told to be too old, for TypeScript only', async () => {
  await file('typed.ts', '')
  await file('plain.js', '')
  for (const features of [{}, { typescript: false }] as const) {
    await expect(programAt(join(folder, 'typed.ts'), features)).rejects.toMatchObject({
      code: 'cli.run',
      hint: 'install Node 22.18 or newer',
    })
    expect(await programAt(join(folder, 'plain.js'), features)).toBe(join(folder, 'plain.js'))
  }
  expect(await programAt(join(folder, 'typed.ts'), { typescript: 'strip' })).toBe(join(folder, 'typed.ts'))
})

const waits = (onInterrupt: string): string =>
  `process.on('SIGINT', () => { ${onInterrupt} })\nconst hold = setInterval(() => {}, 1000)\nconsole.log('ready')\n`

test('Ctrl-C is handed to the program, whose clean end it is', async () => {
  await file('clean.ts', waits(`console.log('cleaned'); clearInterval(hold); process.exitCode = 5`))
  const child = start(['clean.ts'])
  await says(child, /ready/)
  const cleaned = says(child, /cleaned/)
  child.kill('SIGINT')
  await cleaned
  expect(await once(child, 'close')).toEqual([5, null])
})

test('Ctrl-C ends a program that does not handle it, and a termination is handed on too', async () => {
  await file('waits.ts', `setInterval(() => {}, 1000)\nconsole.log('ready')\n`)
  const child = start(['waits.ts'])
  await says(child, /ready/)
  const stopped = says(child, /stopped/)
  child.kill('SIGINT')
  await stopped
  expect(await once(child, 'close')).toEqual([130, null])
  await file('terminated.ts', `process.on('SIGTERM', () => process.exit(9))\nsetInterval(() => {}, 1000)\nconsole.log('ready')\n`)
  const other = start(['terminated.ts'])
  await says(other, /ready/)
  other.kill('SIGTERM')
  expect(await once(other, 'close')).toEqual([9, null])
})

test('a second Ctrl-C ends a program that will not end', async () => {
  await file('stays.ts', waits(`console.log('no')`).replace(`console.log('ready')`, `console.log('ready', process.pid)`))
  const child = start(['stays.ts'])
  const pid = Number(/ready (\d+)/.exec(await says(child, /ready \d+\n/))?.[1])
  const refused = says(child, /no\n[\s\S]*press Ctrl-C again to force/)
  child.kill('SIGINT')
  await refused
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([130, null])
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('a program that a signal ended is told, with the exit code of a shell', async () => {
  await file('killed.ts', `process.kill(process.pid, 'SIGKILL')\nsetInterval(() => {}, 1000)\n`)
  const { err, exit } = await run(['killed.ts'])
  expect(err).toMatch(/^error: program was ended by SIGKILL: killed\.ts\nhint: .*memory.*\ncode: cli\.run\n$/)
  expect(exit).toBe(137)
})

test('--watch starts again when the program changes, or a file that it imports, also after an error', async () => {
  await file('watched/part.ts', `export const part: string = 'one'\n`)
  await file('watched/main.ts', `import { part } from './part.ts'\nconsole.log('part', part)\nsetInterval(() => {}, 1000)\n`)
  const child = start(['--watch', 'watched/main.ts'])
  await says(child, /part one/)
  const two = says(child, /part two/)
  await file('watched/part.ts', `export const part: string = 'two'\n`)
  await two
  const broken = says(child, /TypeScript that Node does not run: enum/)
  await file('watched/part.ts', `export enum part { a }\n`)
  await broken
  const three = says(child, /again three/)
  await file('watched/part.ts', `export const part: string = 'three'\n`)
  await file(
    'watched/main.ts',
    `import { part } from './part.ts'\nconsole.log('again', part, process.pid, '.')\nsetInterval(() => {}, 1000)\n`,
  )
  const pid = Number(/again three (\d+) \./.exec(await three)?.[1])
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.signalCode).toBe(null)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('under --watch a file changed while the program loads it, and one that was not there, start it again', async () => {
  // The program itself changes its part right after it was read: no event of the file system can tell that.
  await file(
    'racing/main.ts',
    `import { writeFileSync } from 'node:fs'
import { part } from './part.ts'
if (part === 1) writeFileSync(new URL('./part.ts', import.meta.url), 'export const part: number = 2')
console.log('part', part)
if (part === 2) await import('./later.ts')
`,
  )
  await file('racing/part.ts', 'export const part: number = 1\n')
  const child = start(['--watch', 'racing/main.ts'])
  const missing = says(child, /part 2[^]*cannot|part 2[^]*ended with code 1/)
  await missing
  const later = says(child, /it came[^]*ended with code 0; waiting/)
  await file('racing/later.ts', `console.log('it came')\n`)
  await later
  child.kill('SIGINT')
  expect((await once(child, 'close'))[0]).toBe(130)
})

test('under --watch a second Ctrl-C ends the program too', async () => {
  await file('watched/stays.ts', waits(`console.log('no')`))
  const child = start(['--watch', 'watched/stays.ts'])
  await says(child, /ready/)
  const refused = says(child, /no\n/)
  child.kill('SIGINT')
  await refused
  child.kill('SIGINT')
  // `close` comes when nobody holds the output any more, the program neither.
  expect((await once(child, 'close'))[0]).toBe(130)
})
